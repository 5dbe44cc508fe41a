# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The verb run: everything at one address, until told to stop."""

import argparse
import http.client
import ipaddress
import json
import os
import sys
import time
from functools import partial
from typing import Any

from stadtherz.ops import cluster as clusters
from stadtherz.ops import installation, places, preparation, run_lock, steps
from stadtherz.ops.processes import port_problem
from stadtherz.ops.steps import Failure
from stadtherz.ops.supervisor import Program, Supervisor

READY_WITHIN = 60.0


def run(asked: argparse.Namespace) -> int:
    began = time.monotonic()
    known = installation.options()
    host, port = asked.host or known["host"], asked.port or known["port"]
    mqtt_port = known["mqtt_port"] if asked.mqtt is None else asked.mqtt
    places.prepare()
    with run_lock.only_one(f"{address(host, port)} (process {os.getpid()})"):
        _require_port(host, port)
        if mqtt_port:
            _require_port("127.0.0.1", mqtt_port, "--mqtt")
        with preparation.alone():
            preparation.lay_ground()
            environment, cluster = _database()
            try:
                preparation.bring_up_to_date(environment)
                if known["production"]:
                    refuse_demonstration(environment)
                elif not asked.no_demo:
                    load_demo_into_empty(environment)
            except BaseException:
                if cluster:
                    cluster.let_go()
                raise
        environment["STADTHERZ_PORT"] = str(port)  # mails name it in their links
        environment["STADTHERZ_MQTT_PORT"] = str(mqtt_port)
        announcement = _Announcement(host, port, began, environment)
        programs = programs_of(host, port, known, environment)
        return Supervisor(programs, cluster, announcement.look).run()


def programs_of(host: str, port: int, known: dict[str, Any], environment: dict[str, str]) -> list[Program]:
    """The web server, and the worker for background jobs."""
    web = [
        sys.executable,
        "-m",
        "stadtherz.ops.web",
        "--host",
        host,
        "--port",
        str(port),
        "--workers",
        str(known["workers"]),
    ]
    long_running = [sys.executable, "-m", "stadtherz.ops.long_running"]
    programs = [Program("The web server", web, environment)]
    if installation.command_exists("work"):
        programs.append(Program("The job worker", [*long_running, "work"], environment))
    if installation.command_exists("sensing_listen"):
        listen = [*long_running, "sensing_listen"]
        wanted = partial(listens_to_mqtt, environment)
        programs.append(Program("The listener to MQTT", listen, environment, wanted=wanted))
    return programs


def listens_to_mqtt(environment: dict[str, str]) -> bool:
    """Whether the listener is switched on, or there is a broker to listen to."""
    return environment.get("STADTHERZ_MQTT_PORT", "0") != "0" or has_mqtt_sources(environment)


def has_mqtt_sources(environment: dict[str, str]) -> bool:
    """Whether some municipality has a source at an MQTT broker: only then a process listens."""
    import psycopg

    try:
        with psycopg.connect(environment["STADTHERZ_DATABASE_OWNER_URL"], connect_timeout=2) as connection:
            for (number,) in connection.execute("SELECT id FROM municipalities_municipality").fetchall():
                connection.execute("SELECT set_config('stadtherz.municipality', %s, true)", [str(number)])
                found = connection.execute(
                    "SELECT EXISTS (SELECT 1 FROM sensing_source WHERE kind = 'mqtt' AND NOT is_paused)"
                ).fetchone()
                if found and found[0]:
                    return True
    except psycopg.Error:  # the database is just starting, or not set up
        return False
    return False


def _database() -> tuple[dict[str, str], clusters.Cluster | None]:
    if installation.own_server():
        environment = installation.environment(None)
        installation.check_own_server(environment)
        return environment, None
    cluster = clusters.private()
    cluster.hold()
    return installation.environment(cluster), cluster


def refuse_demonstration(environment: dict[str, str]) -> None:
    """An installation that was tried out is not opened to the public. Raises ``Failure``."""
    import psycopg

    from stadtherz.ops import database_health

    with psycopg.connect(environment["STADTHERZ_DATABASE_OWNER_URL"]) as connection:
        _what, well, _fact, trouble, remedy = database_health.demonstration(connection)
    if not well:
        raise Failure("Start", trouble, remedy)


def load_demo_into_empty(environment: dict[str, str]) -> None:
    """The demonstration town, when there is no municipality yet, or when an earlier start was cut off while loading it."""
    import psycopg

    if not installation.command_exists("demo"):
        return
    with psycopg.connect(environment["STADTHERZ_DATABASE_OWNER_URL"]) as connection:
        row = connection.execute("SELECT EXISTS (SELECT 1 FROM municipalities_municipality)").fetchone()
    if row and row[0] and not (places.VAR / "demo.unfinished").exists():
        return
    with steps.step("Demonstration town"):
        log = places.LOGS / "demo.log"
        output = steps.run(
            [sys.executable, "-m", "django", "demo"],
            step="Demonstration town",
            remedy="./stadtherz run --no-demo starts without it",
            env=environment,
        )
        log.write_text(output)


class _Announcement:
    """Says where the platform answers, as soon as it does."""

    def __init__(self, host: str, port: int, began: float, environment: dict[str, str]) -> None:
        self.host, self.port, self.began, self.environment = host, port, began, environment
        self.said = False
        self.asked = time.monotonic()

    def look(self) -> None:
        if self.said:
            return
        if answers(self.host, self.port):
            self.said = True
            steps.say(
                f"\nStadtherz answers after {time.monotonic() - self.began:.1f} s:  {address(self.host, self.port)}\n"
            )
            steps.say(self._accounts() + "Ctrl-C ends it.")
        elif time.monotonic() - self.asked > READY_WITHIN:
            self.said = True
            failing = what_fails(self.host, self.port)
            if failing:
                steps.say(
                    f"! {address(self.host, self.port)} answers, but not everything works. {failing}. ./stadtherz doctor tells more."
                )
                steps.say(self._accounts() + "Ctrl-C ends it.")
                return
            steps.say(
                f"! No answer within {READY_WITHIN:.0f} s. The messages of the web server stand above; ./stadtherz doctor checks the rest."
            )

    def _accounts(self) -> str:
        """What the demonstration town left for us to print."""
        try:
            told = json.loads((places.VAR / "demo.json").read_text())
        except (OSError, ValueError):
            told = {}
        lines = [f"  {line}" for line in told.get("lines", [])]
        listener = self.environment.get("STADTHERZ_MQTT_PORT", "0")
        if listener != "0":
            lines.append(f"  MQTT for trying out: mqtt://localhost:{listener}, a key as password")
        return "\n".join(lines) + "\n\n" if lines else ""


def answers(host: str, port: int) -> bool:
    """Whether the platform says that it is ready."""
    status, _said = _ask_whether_ready(host, port)
    return 0 < status < 500


def what_fails(host: str, port: int) -> str:
    """The parts that cannot do their work, in the platform's own words; empty when it says nothing."""
    _status, said = _ask_whether_ready(host, port)
    try:
        parts = json.loads(said)["parts"]
    except (ValueError, KeyError, TypeError):
        return ""
    return "; ".join(f"{name}: {part['says']}" for name, part in parts.items() if part["state"] != "ok")


def _ask_whether_ready(host: str, port: int) -> tuple[int, bytes]:
    """Status and body of the health page; 0 when nobody answers."""
    with_whom = "127.0.0.1" if host == "0.0.0.0" else "::1" if host == "::" else host  # noqa: S104 - compared only
    connection = http.client.HTTPConnection(with_whom, port, timeout=0.5)
    try:
        connection.request("GET", "/health/ready", headers={"Host": f"localhost:{port}"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def address(host: str, port: int) -> str:
    try:
        number = ipaddress.ip_address(host)
        shown = (
            "localhost" if number.is_loopback or number.is_unspecified else f"[{host}]" if number.version == 6 else host
        )
    except ValueError:
        shown = host
    return f"http://{shown}:{port}/"


def _require_port(host: str, port: int, option: str = "--port") -> None:
    problem = port_problem(host, port)
    if problem:
        free = next((other for other in range(port + 1, port + 50) if port_problem(host, other) is None), None)
        other = f"choose another port: ./stadtherz run {option} {free}" if free else "name another --host or --port"
        raise Failure("Port", problem, f"end that program, or {other}" if "taken" in problem else other)
