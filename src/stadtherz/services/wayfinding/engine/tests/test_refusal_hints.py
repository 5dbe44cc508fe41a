# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A refusal says what to do, in the language of the request, whatever the request looks like."""

import json

import pytest

from ..answering.refusal_hints import hint
from ..answering.requested import AnswerError, family
from ..telling.phrases import EN

WRONG = AnswerError(2003, "Parameter 'units' has incorrect value of 'ell'.")


@pytest.mark.parametrize(
    ("content", "wishes", "said"),
    [
        (b"{}", "", "Eine Angabe „units“ hat einen Wert, der nicht sein kann."),
        (b'{"language": "en"}', "de", 'A value "units" cannot be.'),
        (b"{}", "fr-FR, en-GB;q=0.8, de;q=0.7", 'A value "units" cannot be.'),
        (b'{"language": "tlh"}', "", "Eine Angabe „units“ hat einen Wert"),
        (b'{"language": ["en"]}', "*", "Eine Angabe „units“ hat einen Wert"),
        (b"\xff[", "en", 'A value "units" cannot be.'),
        (b"[]", "en", 'A value "units" cannot be.'),
    ],
)
def test_the_language_of_a_hint(content: bytes, wishes: str, said: str) -> None:
    assert hint(WRONG, content, wishes).startswith(said)


def test_every_code_has_a_hint_also_in_the_numbers_of_tables() -> None:
    easy = json.dumps({"language": "de-easy"}).encode()
    for code in (2000, 2001, 2002, 2003, 2004, 2007, 2011, 2012):
        with pytest.raises(AnswerError) as caught, family(6000):
            raise AnswerError(code, "No.")
        assert hint(caught.value, b"{}", "en") == EN[f"refused.{code}"].format(name="")
        assert hint(caught.value, easy)
    assert hint(AnswerError(2010, "No.", status=404, advice="swapped"), easy).startswith(
        "Die Zahlen sind vielleicht vertauscht."
    )
    assert hint(AnswerError(2009, "No.", status=404), b"{}").startswith(
        "Start und Ziel sind auf dem Plan nicht verbunden."
    )
    assert "JSON" in hint(AnswerError(2000, "No.", status=415), b"")
