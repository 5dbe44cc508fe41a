# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every option of an installation, declared once: name, type, default, meaning.

Options come from the environment (``STADTHERZ_PORT``) or from ``var/stadtherz.toml`` (``port = 8000``); the environment
wins. An unknown name is refused, because a misspelt option that is silently ignored costs an operator an evening.
This module imports nothing of ours, so that the command can read it before anything is installed.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PREFIX = "STADTHERZ_"
ROOT = Path(__file__).resolve().parents[3]


class OptionError(Exception):
    """An option is unknown or its value cannot be understood; the message names the option and the remedy."""


BROKERS = ("mqtt://", "mqtts://", "ws://", "wss://")
KINDS = {bool: "yes or no (1 or 0)", int: "a whole number", str: "a text", Path: "a folder"}


@dataclass(frozen=True, slots=True)
class Option:
    """One option: ``name`` in lower case; its variable is ``STADTHERZ_`` and the name in capitals."""

    name: str
    kind: type
    default: Any
    help: str
    secret: bool = field(default=False)
    between: tuple[int, int] | None = None
    choices: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()

    @property
    def wanted(self) -> str:
        """What a value must be, in words."""
        if self.begins:
            return f"an address that begins with {' or '.join(self.begins)}"
        if self.between:
            return f"a whole number from {self.between[0]} to {self.between[1]}"
        return f"one of {', '.join(self.choices)}" if self.choices else KINDS[self.kind]

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()


OPTIONS: tuple[Option, ...] = (
    Option("data_dir", Path, ROOT / "var", "Where everything that this installation keeps is stored."),
    Option("database_url", str, "", "PostgreSQL address of the web role. Empty: the private cluster."),
    Option(
        "database_owner_url", str, "", "PostgreSQL address of the role that owns the tables. Needed with database_url."
    ),
    Option("secret_key", str, "", "Signs sessions and links. Empty: made at set-up and kept in data_dir.", secret=True),
    Option(
        "production", bool, False, "Served to the public over HTTPS: secure cookies, HSTS, no pages for development."
    ),
    Option("debug", bool, False, "Show tracebacks in the browser. Never together with production."),
    Option("host", str, "127.0.0.1", "Address that the platform listens on."),
    Option("port", int, 8000, "Port that the platform listens on.", between=(1, 65535)),
    Option("workers", int, 2, "Number of web processes.", between=(1, 64)),
    Option("threads", int, 8, "Requests that one web process works on at a time.", between=(1, 256)),
    Option("trusted_proxy", bool, False, "A reverse proxy in front sets X-Forwarded-For and X-Forwarded-Proto."),
    Option(
        "mail_url",
        str,
        "",
        "smtp://user:password@host:port or smtps://…. Empty: mail is kept and shown at /dev/mail.",
        secret=True,
        begins=("smtp://", "smtps://"),
    ),
    Option("mail_from", str, "Stadtherz <stadtherz@localhost>", "Sender of all mail."),
    Option(
        "oidc_issuer",
        str,
        "",
        "Address of an OpenID Connect provider for sign-in. Empty: none.",
        begins=("https://", "http://"),
    ),
    Option("oidc_name", str, "", "What the button of the OpenID Connect provider says."),
    Option("oidc_client_id", str, "", "Client id at the OpenID Connect provider."),
    Option("oidc_client_secret", str, "", "Client secret at the OpenID Connect provider.", secret=True),
    Option(
        "outside_loopback", bool, False, "Allow fetching from addresses of this machine: for development and tests."
    ),
    Option(
        "wayfinding_memory_mb",
        int,
        384,
        "Memory of a web process for the prepared profiles of one town's ways, in MB.",
        between=(32, 65536),
    ),
    Option(
        "mqtt_port",
        int,
        0,
        "Port of the small MQTT listener for trying out, for programs of this machine alone. 0: none.",
        between=(0, 65535),
    ),
    Option(
        "mqtt_public",
        str,
        "",
        "Where programs of others reach the town's MQTT broker, such as mqtts://mqtt.example.org; several with commas. Told in the root of SensorThings.",
    ),
    Option("log_level", str, "INFO", "How much is said.", choices=("DEBUG", "INFO", "WARNING", "ERROR")),
    Option(
        "testdata",
        Path,
        ROOT.parent / "shared" / "data",
        "Folder with real data for tests and benchmarks; absent: those skip.",
    ),
)
_BY_NAME = {option.name: option for option in OPTIONS}
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def _understand(option: Option, value: Any, source: str) -> Any:
    """Turn what was written in ``source`` into the option's kind, or raise ``OptionError``."""
    try:
        if option.kind is bool:
            if isinstance(value, bool):
                return value
            word = str(value).strip().lower()
            if word in _TRUE | _FALSE:
                return word in _TRUE
            raise ValueError
        found = option.kind(value)
        if option.between and not option.between[0] <= found <= option.between[1]:
            raise ValueError
        if option.choices and found not in option.choices:
            raise ValueError
        if option.begins and found and not str(found).startswith(option.begins):
            raise ValueError
        return found
    except (ValueError, TypeError):
        said = "what is written there" if option.secret else repr(value)
        raise OptionError(f"{source}: {said} is not {option.wanted}. {option.help}") from None


def _unknown(name: str, source: str) -> OptionError:
    near = difflib.get_close_matches(name, _BY_NAME, n=1)
    hint = f" Did you mean {near[0]}?" if near else " docs/configuration.md lists all options."
    return OptionError(f"{source}: there is no option {name}.{hint}")


def _written(file: Path) -> dict[str, Any]:
    """The options that stand in the file. Raises ``OptionError``."""
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OptionError(f"{file}: not valid TOML ({error}).") from error
    for name in written:
        if name not in _BY_NAME:
            raise _unknown(name, str(file))
    if "data_dir" in written:
        raise OptionError(f"{file}: data_dir comes only from STADTHERZ_DATA_DIR: this file lies in that folder.")
    return {name: _understand(_BY_NAME[name], value, f"{file}: {name}") for name, value in written.items()}


def read(environment: dict[str, str] | None = None, file: Path | None = None) -> dict[str, Any]:
    """All options with their values. Raises ``OptionError`` for an unknown name or a value of the wrong kind."""
    environment = dict(os.environ) if environment is None else environment
    values = {option.name: option.default for option in OPTIONS}
    data_dir = Path(environment.get(PREFIX + "DATA_DIR") or values["data_dir"])
    file = file or data_dir / "stadtherz.toml"
    if file.exists():
        values |= _written(file)
    for variable, value in environment.items():
        if not variable.startswith(PREFIX):
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in _BY_NAME:
            raise _unknown(name, variable)
        if value != "" or _BY_NAME[name].kind is str:
            values[name] = _understand(_BY_NAME[name], value, variable)
    if values["production"] and values["debug"]:
        raise OptionError("STADTHERZ_DEBUG and STADTHERZ_PRODUCTION exclude each other: switch one of them off.")
    if values["oidc_issuer"] and not values["oidc_client_id"]:
        raise OptionError("STADTHERZ_OIDC_ISSUER is said, but STADTHERZ_OIDC_CLIENT_ID is not: nobody could sign in.")
    for address in filter(None, values["mqtt_public"].split(",")):
        if not address.strip().startswith(BROKERS):
            raise OptionError(f"STADTHERZ_MQTT_PUBLIC: {address.strip()!r} does not begin with {', '.join(BROKERS)}.")
    return values
