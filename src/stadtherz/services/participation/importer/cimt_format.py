# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The two formats of the CIMT research data sets (Romberg and Escher): real German participation, openly licensed.

Argument mining: one sentence a row (document_id, sentence_nr, content, title/text, url), regrouped here by document.
Thematic: one document a row (document_id, title, text, url) with one column a topic, 0 or 1.
"""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext as _

from stadtherz.services.participation.importer.contribution import Contribution, Reading, Refusal
from stadtherz.services.participation.importer.csv_format import RefusedRow, check_url, check_words
from stadtherz.services.participation.importer.table import rows

SENTENCES = frozenset({"document_id", "sentence_nr", "content", "title/text", "url"})
SENTENCES_KNOWN = SENTENCES | {"id", "code", "curated/single", "dataset"}
DOCUMENTS = frozenset({"document_id", "title", "text", "url"})
TOPICS = {
    "motorized transport": "Autoverkehr",
    "non-motorized transport": "Rad- und Fußverkehr",
    "cycling": "Radverkehr",
    "walking": "Fußverkehr",
    "scooters": "Roller",
    "public transport (local)": "Bus und Bahn",
    "public transport (long-distance)": "Fernverkehr",
    "commercial transport": "Lieferverkehr",
    "stationary traffic (parking)": "Parken",
    "moving traffic": "Fließender Verkehr",
    "inter- and multimodality": "Umsteigen",
    "new services": "Neue Angebote",
}


def read(path: Path, *, encoding: str = "utf-8-sig") -> Reading:
    """Read either format, told apart by the header. Raises ``UnreadableFile``; bad documents become refusals."""
    with path.open("rb") as file:
        header = file.readline(10_000)
    return _sentences(path, encoding) if b"sentence_nr" in header else _documents(path, encoding)


def _sentences(path: Path, encoding: str) -> Reading:
    documents: dict[str, list[tuple[int, int, dict[str, str]]]] = {}
    reading = Reading()
    for line, row in rows(path, required=SENTENCES, known=SENTENCES_KNOWN, encoding=encoding):
        number = row.get("sentence_nr", "")
        if row[""] != "0" or not number.isdecimal() or row["title/text"] not in {"title", "text"}:
            reason = _("The sentence has no number, is neither title nor text, or has cells missing.")
            reading.refusals.append(Refusal(line, row.get("document_id", ""), reason))
            continue
        documents.setdefault(row["document_id"].strip(), []).append((int(number), line, row))
    for key, sentences in documents.items():
        sentences.sort(key=lambda sentence: sentence[0])
        parts = {
            kind: " ".join(row["content"].strip() for _n, _line, row in sentences if row["title/text"] == kind)
            for kind in ("title", "text")
        }
        url = sentences[0][2]["url"].strip()
        _take(reading, Contribution(sentences[0][1], key, parts["title"], parts["text"], url))
    return reading


def _documents(path: Path, encoding: str) -> Reading:
    reading = Reading()
    for line, row in rows(path, required=DOCUMENTS, known=DOCUMENTS | TOPICS.keys(), encoding=encoding):
        topic = next((german for english, german in TOPICS.items() if row.get(english, "").strip() == "1"), "")
        key, title, text, url = (row[column].strip() for column in ("document_id", "title", "text", "url"))
        _take(reading, Contribution(line, key, title, text, url, topic))
    return reading


def _take(reading: Reading, found: Contribution) -> None:
    try:
        check_words(found.key, found.title, found.text)
        check_url(found.url)
        reading.contributions.append(found)
    except RefusedRow as refused:
        reading.refusals.append(Refusal(found.line, found.key, str(refused)))
