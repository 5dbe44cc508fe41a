# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A setting that cannot work is refused in words before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from stadtherz.config.database import database
from stadtherz.config.options import OptionError, read


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("PORT", "abc", "a whole number from 1 to 65535"),
        ("PORT", "99999", "a whole number from 1 to 65535"),
        ("WORKERS", "0", "a whole number from 1 to 64"),
        ("PRODUCTION", "maybe", "yes or no"),
        ("LOG_LEVEL", "LOUD", "one of DEBUG, INFO, WARNING, ERROR"),
        ("MQTT_PUBLIC", "mqtts://mqtt.example.org, mqtt.example.org", "'mqtt.example.org' does not begin with mqtt://"),
        ("OIDC_ISSUER", "keycloak.example.org", "an address that begins with https://"),
        ("OIDC_ISSUER", "https://keycloak.example.org", "STADTHERZ_OIDC_CLIENT_ID is not"),
        ("PROT", "1", "Did you mean port"),
    ],
)
def test_what_cannot_work_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str, wanted: str) -> None:
    monkeypatch.setenv(f"STADTHERZ_{name}", value)
    with pytest.raises(OptionError, match=wanted):
        read()


def test_a_refused_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STADTHERZ_MAIL_URL", "smpt://mail:geheim@mail.example.org")
    with pytest.raises(OptionError, match="begins with smtp://") as refused:
        read()
    assert "geheim" not in str(refused.value)
    with pytest.raises(OptionError, match="no address of a database") as refused:
        database("postgresq://web:geheim@db.example.org/town", threads=1)
    assert "geheim" not in str(refused.value)


def test_the_file_in_the_data_folder_cannot_name_another_one(tmp_path: Path) -> None:
    file = tmp_path / "stadtherz.toml"
    file.write_text('data_dir = "/elsewhere"\n')
    with pytest.raises(OptionError, match="only from STADTHERZ_DATA_DIR"):
        read({}, file)
