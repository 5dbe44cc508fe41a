# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reading files of contributions: what is good is read whole, what is bad is refused with its line and reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from stadtherz.services.participation.importer import cimt_format, csv_format
from stadtherz.services.participation.importer.contribution import UnreadableFile

REAL = Path(settings.OPTION["testdata"]) / "participation"
needs_real_data = pytest.mark.skipif(not REAL.exists(), reason="real contributions are not here (STADTHERZ_TESTDATA)")


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    file = folder / "ideas.csv"
    file.write_bytes(text.encode(encoding))
    return file


@needs_real_data
@pytest.mark.parametrize(("name", "count"), [("dataset_CDB.tsv", 2163), ("dataset_CDC.tsv", 366)])
def test_sentences_are_grouped_to_their_documents(name: str, count: int) -> None:
    reading = cimt_format.read(REAL / name)
    assert (len(reading.contributions), reading.refusals) == (count, [])


@needs_real_data
def test_the_first_document_reads_as_it_was_written() -> None:
    first = cimt_format.read(REAL / "dataset_CDB.tsv").contributions[0]
    assert first.title == "Fahrradstraßen in der Innenstadt"
    assert first.text.startswith("Von der markierten Ecke der Innenstadt kommt man grundsätzlich nicht gut")
    assert first.url.endswith("/fahrradstrassen-der-innenstadt")


@needs_real_data
def test_documents_with_topics() -> None:
    reading = cimt_format.read(REAL / "dataset-Ottensen-thematic-d1a.csv")
    assert (len(reading.contributions), reading.refusals) == (697, [])
    assert reading.contributions[0].category == "Autoverkehr"


def test_a_full_row(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "key;title;text;longitude;latitude;created_at;status;answer;supports\n"
        'a1;Bank;"Eine Bank; bitte";7,77;49,44;2024-05-31T16:30:00+02:00;done;Sie steht.;12\n',
    )
    (idea,) = csv_format.read(file).contributions
    assert (idea.key, idea.text, idea.place, idea.status, idea.supports) == (
        "a1",
        "Eine Bank; bitte",
        (7.77, 49.44),
        "done",
        12,
    )
    assert idea.created_at is not None
    assert idea.created_at.isoformat() == "2024-05-31T16:30:00+02:00"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",t,x,,,,,", "key is missing"),
        ("k,,x,,,,,", "title is missing"),
        ("k,t,x,javascript:alert(1),,,,", "not a web address"),
        ("k,t,x,,7.7,,,", "not both numbers"),
        ("k,t,x,,nan,49,,", "not degrees"),
        ("k,t,x,,200,49,,", "not degrees"),
        ("k,t,x,,,,31.5.2024,", "not a date"),
        ("k,t,x,,,,2999-01-01,", "future"),
        ("k,t,x,,,,,lost", "none of"),
        ("k,t,x,,,,,declined", "needs an answer"),
        ("k,t,x", "number of cells"),
        (f"k,{'t' * 251},x,,,,,", "at most 250"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason(tmp_path: Path, row: str, reason: str) -> None:
    file = write(tmp_path, f"key,title,text,url,longitude,latitude,created_at,status\ngood,t,x,,,,,\n{row}\n")
    reading = csv_format.read(file)
    assert [idea.key for idea in reading.contributions] == ["good"]
    (refusal,) = reading.refusals
    assert refusal.line == 3
    assert reason in refusal.reason


def test_a_key_stands_once(tmp_path: Path) -> None:
    reading = csv_format.read(write(tmp_path, "key,title,text\na,t,x\na,t,x\n"))
    assert [(refusal.line, refusal.reason) for refusal in reading.refusals] == [
        (3, "The key already stands in line 2.")
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"key,title\n", "Missing columns: text"),
        (b"key,title,text,colour\n", "Unknown columns: colour"),
        (b"key,title,text,text\n", "stand twice: text"),
        ("key,title,text\na,t,Straße\n".encode("cp1252"), "--encoding cp1252"),
        (b"PK\x03\x04\x00\x00", "not a text file"),
        (b'key,title,text\na,t,"never closed\n', "damaged after line 1"),
    ],
)
def test_an_unreadable_file_says_what_to_do(tmp_path: Path, content: bytes, reason: str) -> None:
    file = tmp_path / "ideas.csv"
    file.write_bytes(content)
    with pytest.raises(UnreadableFile, match=reason):
        csv_format.read(file)


def test_older_excel_is_read_when_its_encoding_is_named(tmp_path: Path) -> None:
    file = write(tmp_path, "key;title;text\na;Straße;Grün\n", "cp1252")
    assert csv_format.read(file, encoding="cp1252").contributions[0].title == "Straße"


def test_a_file_that_is_far_too_large_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    with file.open("wb") as writer:
        writer.truncate(101 * 1024 * 1024)
    with pytest.raises(UnreadableFile, match="101 MB"):
        csv_format.read(file)
