# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the installation needs from Debian, PyPI and npm, and the steps that bring it."""

import ctypes.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from stadtherz.ops import places, stamps, steps
from stadtherz.ops.steps import Failure

POSTGRES_ROOT = Path("/usr/lib/postgresql")
POSTGRES_SHARE = Path("/usr/share/postgresql")
OLDEST_POSTGRES = 15
TRIED_ON = ("debian 12", "debian 13")


@dataclass(frozen=True, slots=True)
class Need:
    """Something the platform needs, how to see whether it is there, and the package that brings it."""

    what: str
    present: Callable[[], bool]
    packages: tuple[str, ...]


def program(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name) is not None


def postgres_versions() -> list[int]:
    """PostgreSQL versions on this machine that have PostGIS, newest first."""
    if not POSTGRES_ROOT.is_dir():
        return []
    found = [int(folder.name) for folder in POSTGRES_ROOT.iterdir() if folder.name.isdigit()]
    complete = [
        version
        for version in found
        if (POSTGRES_ROOT / str(version) / "bin" / "postgres").exists()
        and (POSTGRES_SHARE / str(version) / "extension" / "postgis.control").exists()
    ]
    return sorted((version for version in complete if version >= OLDEST_POSTGRES), reverse=True)


def system() -> str:
    """The distribution as "debian 12"."""
    facts: dict[str, str] = {}
    try:
        for line in Path("/etc/os-release").read_text().splitlines():
            name, _, value = line.partition("=")
            facts[name] = value.strip('"')
    except OSError:
        pass
    return f"{facts.get('ID', 'unknown')} {facts.get('VERSION_ID', '')}".strip()


def _postgres_packages() -> tuple[str, ...]:
    # Debian 12 brings 15, Ubuntu 24.04 brings 16, Debian 13 brings 17.
    version = {"debian 12": 15, "ubuntu 24.04": 16, "debian 13": 17}.get(system())
    if version is None:
        return ("postgresql", "postgresql-postgis")
    return (f"postgresql-{version}", f"postgresql-{version}-postgis-3")


def needs_of_the_platform(*, private_cluster: bool) -> list[Need]:
    needs = [
        Need("GDAL and GEOS", lambda: all(map(ctypes.util.find_library, ("gdal", "geos_c"))), ("gdal-bin",)),
        Need("tilemaker (base map)", program("tilemaker"), ("tilemaker",)),
        Need("msgfmt (translations)", program("msgfmt"), ("gettext",)),
        Need("Node.js", program("node"), ("nodejs",)),
        Need("npm", program("npm"), ("npm",)),
    ]
    if private_cluster:
        needs.insert(0, Need("PostgreSQL with PostGIS", lambda: bool(postgres_versions()), _postgres_packages()))
    return needs


def needs_of_the_tests() -> list[Need]:
    return [
        Need("Chromium", lambda: browser() is not None, (_chromium_package(),)),
        Need("wrk (load)", program("wrk"), ("wrk",)),
        Need("Mosquitto (MQTT broker)", mosquitto, ("mosquitto",)),
    ]


NEED_OF_BENCHMARKS = Need("wrk (load)", program("wrk"), ("wrk",))


def mosquitto() -> bool:
    """Debian puts it where only root looks."""
    return bool(shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin"))


BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first is the same engine without what a window needs: a fifth less to compute in the browser tests, and less to install."""


def browser() -> str | None:
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def _chromium_package() -> str:
    return "chromium-headless-shell" if system().startswith("debian") else "chromium"


def install_missing(needs: Sequence[Need]) -> None:
    """Bring what is missing by apt: as root, or through sudo; else say exactly what to install."""
    missing = [need for need in needs if not need.present()]
    if not missing:
        return
    packages = sorted({package for need in missing for package in need.packages})
    title = "Debian packages"
    wanted = "apt-get install --no-install-recommends " + " ".join(packages)
    if shutil.which("apt-get") is None:
        raise Failure(
            title,
            f"missing: {', '.join(n.what for n in missing)}; this system has no apt-get",
            f"install the equivalent of: {wanted}",
        )
    prefix = _as_root(title, wanted)
    with steps.step(title) as running:
        running.note = " ".join(packages)
        if system() not in TRIED_ON:
            steps.say(f"    This is {system()}: supported by detection, tried only on {' and '.join(TRIED_ON)}.")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
        apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=120"]
        remedy = f"look at var/log/last-failure.log; by hand: {'sudo ' if prefix else ''}{wanted}"
        with _no_second_server(prefix):
            steps.run([*apt, "update"], step=title, remedy=remedy, env=environment)
            steps.run(
                [*apt, "install", "--no-install-recommends", *packages], step=title, remedy=remedy, env=environment
            )
    still = [need.what for need in needs if not need.present()]
    if still:
        raise Failure(title, f"apt reported success, but these are still missing: {', '.join(still)}", wanted)


def _as_root(title: str, wanted: str) -> list[str]:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        raise Failure(title, "packages are missing, and only root can install them", f"as root: {wanted}")
    asks_nothing = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    if asks_nothing:
        return ["sudo", "-n"]
    if sys.stdin.isatty():
        steps.say(f"    sudo will ask for your password, to run: {wanted}")
        if subprocess.run(["sudo", "-v"], check=False).returncode == 0:
            return ["sudo", "-n"]
    raise Failure(title, "packages are missing, and sudo needs a password", f"sudo {wanted}")


class _no_second_server:  # noqa: N801 - reads as a statement
    """Keep Debian from starting a PostgreSQL of its own when it installs the package for our private one."""

    def __init__(self, prefix: Sequence[str]) -> None:
        self.prefix = list(prefix)
        self.folder = Path("/etc/postgresql-common/createcluster.d")
        self.file = self.folder / "stadtherz-setup.conf"
        self.needed = not POSTGRES_ROOT.is_dir()

    def __enter__(self) -> None:
        if self.needed:
            subprocess.run([*self.prefix, "mkdir", "-p", str(self.folder)], check=False)
            subprocess.run(
                [*self.prefix, "tee", str(self.file)],
                input=b"create_main_cluster = false\n",
                stdout=subprocess.DEVNULL,
                check=False,
            )

    def __exit__(self, *_: object) -> None:
        if self.needed:
            subprocess.run([*self.prefix, "rm", "-f", str(self.file)], check=False)


def install_dev_requirements() -> None:
    """What the checks need beside the platform itself: pinned by hash as everything else. Not compiled here: most of
    what these packages hold is never imported, and what is compiles itself the first time."""
    inputs = stamps.of_files(
        [places.REQUIREMENTS / "dev.txt", places.REQUIREMENTS / "runtime.txt"], str(places.VENV.resolve())
    )
    if stamps.OF_CHECKOUT.fresh("dev-requirements", inputs) and (places.VENV / "bin" / "ruff").exists():
        return
    with steps.step("Python packages for the checks"):
        steps.run(
            [uv(), "pip", "install", "--python", sys.executable, "--require-hashes", "-r", places.REQUIREMENTS / "dev.txt"],
            step="Python packages for the checks",
            remedy="check the network and the settings of pip (PIP_*, UV_*), then repeat; nothing is done twice",
        )  # fmt: skip
    stamps.OF_CHECKOUT.keep("dev-requirements", inputs)


def install_node_packages() -> None:
    """The front end's packages: served from node_modules, never from another host, no install scripts."""
    inputs = stamps.of_files([places.ROOT / "package-lock.json", places.ROOT / "package.json", places.ROOT / ".npmrc"])
    if stamps.OF_CHECKOUT.fresh("node-packages", inputs) and places.NODE_MODULES.is_dir():
        return
    refuse_foreign_folder(places.NODE_MODULES)
    environment = dict(os.environ)
    environment.setdefault("npm_config_cache", str(places.CACHES / "npm"))
    with steps.step("Front-end packages"):
        steps.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            step="Front-end packages",
            remedy="check the network and npm's settings (npm_config_*), then repeat",
            env=environment,
            cwd=places.ROOT,
        )
    stamps.OF_CHECKOUT.keep("node-packages", inputs)


def refuse_foreign_folder(folder: Path) -> None:
    """npm empties ``node_modules`` before it fills it: behind a link that would be somebody else's folder."""
    if folder.is_symlink() and not folder.resolve().is_relative_to(folder.parent.resolve()):
        raise Failure(
            "Front-end packages",
            f"{folder} is a link to {folder.resolve()}, outside this checkout, and npm would empty that folder",
            f"rm {folder} removes the link alone; then repeat. Or bring the linked folder up to date where it is",
        )


def uv() -> Path:
    return places.VENV / "bin" / "uv"


def lock() -> None:
    """Resolve requirements/*.in anew into requirements/*.txt, with hashes and without any registry's address."""
    for name in ("uv", "runtime", "dev"):
        with steps.step(f"requirements/{name}.txt"):
            steps.run(
                [uv(), "pip", "compile", "-q", "--universal", "--generate-hashes", "--python-version", "3.11", "--no-annotate",
                 "--upgrade", "--custom-compile-command", "./stadtherz lock", f"requirements/{name}.in", "-o", f"requirements/{name}.txt"],
                step="lock",
                remedy="read the resolver's message above: two requirements contradict each other, or the network is down",
                cwd=places.ROOT,
            )  # fmt: skip
