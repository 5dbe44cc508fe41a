# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The handbook's programs for reading our data: those in Python run as they stand there; of those in R the addresses, fields
and forms of times are looked up in what the platform answers."""

from __future__ import annotations

import datetime as dt
import io
import re
import sqlite3
import urllib.request
from collections.abc import Callable, Iterator
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.response import addinfourl

import pytest
import requests
from django.test import Client
from django.utils import timezone

from stadtherz.kernel.handbook.shelf import ANY_TOWN, FOLDER
from stadtherz.services.sensing.sta.tests.conftest import Sta, location, stream, thing
from stadtherz.services.sensing.sta.tests.test_peer_client import InProcess

HERE = "http://kaiserslautern.localhost"
VALUES = 30


def samples(kind: str) -> list[str]:
    """The handbook's programs in one language."""
    return re.findall(rf"```{kind}\n(.*?)```", (FOLDER / "read-our-data.md").read_text(encoding="utf-8"), re.DOTALL)


class NoSocket(urllib.request.HTTPHandler):
    """Hands what a program opens to Django."""

    def http_open(self, asked: urllib.request.Request) -> Any:
        parts = urlsplit(asked.full_url)
        answer = Client(headers={"host": parts.netloc}).get(f"{parts.path}?{parts.query}")
        made = addinfourl(io.BytesIO(answer.content), Message(), asked.full_url, answer.status_code)
        made.msg = answer.reason_phrase  # type: ignore[attr-defined]
        return made


@pytest.fixture
def number(sta: Sta) -> int:
    """A datastream with a value of each of the last hours."""
    found = int(sta.post("Datastreams", stream(Thing=thing(Locations=[location()]))))
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    for hour in range(VALUES):
        time = (now - dt.timedelta(hours=hour)).isoformat()
        sta.post(f"Datastreams({found})/Observations", {"result": 100 + hour, "phenomenonTime": time})
    return found


@pytest.fixture
def typed(number: int) -> Callable[[str], str]:
    """A program for this town, and for this datastream instead of the first."""

    def put(text: str) -> str:
        return (
            text.replace(ANY_TOWN, HERE)
            .replace("Datastreams(1)", f"Datastreams({number})")
            .replace("find(1)", f"find({number})")
        )

    return put


@pytest.fixture
def no_socket(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(requests.Session, "get_adapter", lambda self, url: InProcess())
    urllib.request.install_opener(urllib.request.build_opener(NoSocket))
    yield
    urllib.request.install_opener(urllib.request.build_opener())


def test_the_programs_in_python_run(
    typed: Callable[[str], str], no_socket: None, capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, Any] = {}
    for text in samples("python"):
        exec(compile(typed(text), "read-our-data.md", "exec"), names)
    assert [result for _time, result in names["rows"]] == sorted((each[1] for each in names["rows"]), reverse=True)
    assert len(names["rows"]) in {24, 25}
    assert sum(day["count"] for day in names["days"]) == VALUES
    said = capsys.readouterr().out.splitlines()
    assert [line.split()[-1] for line in said[-5:]] == ["100", "101", "102", "103", "104"]


def test_the_fields_of_the_programs_in_r_are_those_of_the_interface(typed: Callable[[str], str]) -> None:
    text = typed(samples("r")[0])
    path, before = re.findall(r'paste0\(town, "([^"]+)", Sys\.Date\(\) - (\d+)\)', text)[0]
    start = timezone.localdate() - dt.timedelta(days=int(before))
    answer = Client(headers={"host": urlsplit(HERE).netloc}).get(f"/api/sta/v1.1{path}{start}")
    first = answer.json()["value"][0]
    assert {*re.findall(r"days\$(\w+)", text), *re.findall(r'"(\w+)"', text.partition("c(")[2])} <= set(first)
    (form,) = re.findall(r'format = "([^"]+)"', text)
    assert dt.datetime.strptime(first["start"][:19], form)  # noqa: DTZ007  as R does: what follows is left out


def test_the_columns_of_the_programs_in_r_are_those_of_the_files(number: int, sta: Sta, tmp_path: Path) -> None:
    text = samples("r")[1]
    client = Client(headers={"host": urlsplit(HERE).netloc})
    for form, mark, encoding in (("csv-de", ";", "utf-8-sig"), ("csv", ",", "utf-8")):
        german = form == "csv-de"
        answer = client.get("/wissen/messwerte/mitnehmen/", {"ids": number, "format": form})
        head, line, *_ = b"".join(answer.streaming_content).decode(encoding).splitlines()
        row = dict(zip(head.split(mark), line.split(mark), strict=True))
        part = text.partition("read.csv2(")[2].partition("read.csv(")[0 if german else 2]
        (column,) = re.findall(r'values\[\["([^"]+)"\]\]' if german else r"values\$(\w+)", part)
        time_form = re.findall(r'format = "([^"]+)"', part)[0]
        assert dt.datetime.strptime(row[column][:19], time_form)  # noqa: DTZ007
    (column,) = re.findall(r'places\["(\w+)"\]', text)
    file = tmp_path / "stations.gpkg"
    file.write_bytes(b"".join(client.get("/wissen/messwerte/messstellen.gpkg").streaming_content))
    with sqlite3.connect(file) as stations:
        (table,) = stations.execute("SELECT table_name FROM gpkg_contents WHERE data_type = 'features'").fetchone()
        assert column in {row[1] for row in stations.execute(f"PRAGMA table_info({table})")}


def test_what_else_one_can_ask_is_understood(number: int) -> None:
    text = (
        (FOLDER / "read-our-data.md").read_text(encoding="utf-8").partition("## What else")[2].partition("## When")[0]
    )
    client = Client(headers={"host": urlsplit(HERE).netloc})
    asked = re.findall(r"^\| [^|]+ \| `(.+)` \|$", text, re.MULTILINE)
    assert len(asked) == 5
    for address in asked:
        path = address.replace("Datastreams(1)", f"Datastreams({number})")
        answer = client.get(f"/api/sta/v1.1/{quote(path, safe='/?=&$();,:')}")
        assert answer.status_code == 200, (address, answer.content)
