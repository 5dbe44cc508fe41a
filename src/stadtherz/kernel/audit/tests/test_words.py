# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The record in words: every action that our source writes has a sentence, and details are no machine text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation

import stadtherz
from stadtherz.kernel.audit.words import deed, details, thing
from stadtherz.kernel.registry.services import recorded

WRITTEN = re.compile(r"""(?:action=|_record\()"([a-z]+\.[a-z_.]+)\"""")


def test_every_action_that_is_written_has_words() -> None:
    root = Path(stadtherz.__file__).parent
    sources = (file for file in root.rglob("*.py") if "tests" not in file.relative_to(root).parts)
    written = {action for file in sources for action in WRITTEN.findall(file.read_text(encoding="utf-8"))}
    assert len(written) > 30
    assert written - set(recorded()) == set()


def test_all_words_are_translated() -> None:
    with translation.override("de"):
        german = {key: str(words) for key, words in recorded().items()}
    with translation.override("en"):
        english = {key: str(words) for key, words in recorded().items()}
    assert {key for key in german if german[key] == english[key] and "=" not in key} <= {"sensing.sensor"}


@pytest.mark.parametrize(("action", "subject", "detail", "said"), [
    ("moderation.decline", "participation.idea:17", {"case": 4, "revision": 1, "state": "declined", "reason": "unclear", "batch": ""},
     ("Nicht veröffentlicht", "Idee 17", [("Fall Nr.", "4"), ("jetzt", "abgelehnt"), ("Grund", "Schwer zu verstehen")])),
    ("people.give_role", "person:5", {"role": "clerk"}, ("Rolle gegeben", "Konto Nr. 5", [("Rolle", "Sachbearbeitung")])),
    ("participation.merge_ideas", "participation.idea:20", {"idea": 8, "supports": 104, "comments": 1},
     ("Zwei Ideen zusammengeführt", "Idee 20", [("mit Idee Nr.", "8"), ("Unterstützungen", "104"), ("Kommentare", "1")])),
    ("gone.did", "gone.thing:1", {"strange": [True, None]}, ("gone.did", "gone.thing:1", [("strange", "ja, None")])),
])  # fmt: skip
def test_entries_read_as_sentences(
    action: str, subject: str, detail: dict[str, object], said: tuple[object, ...]
) -> None:
    with translation.override("de"):
        assert (deed(action), thing(subject), details(action, detail)) == said
