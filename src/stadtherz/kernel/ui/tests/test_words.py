# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Dates as people say them, and texts that municipalities write themselves."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone, translation

from stadtherz.kernel.ui import dates
from stadtherz.kernel.ui.texts import to_html

AT = dt.datetime(2019, 10, 4, 14, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("language", "said"), [("de", "Freitag, 4. Oktober 2019, 16:30\u00a0Uhr"), ("en", "Friday, 4 October 2019, 16:30")]
)
def test_a_moment_in_local_time(language: str, said: str) -> None:
    with translation.override(language), timezone.override("Europe/Berlin"):
        assert dates.spoken(AT) == said


def test_this_year_goes_without_saying() -> None:
    with translation.override("de"):
        today = timezone.localdate()
        assert str(today.year) not in dates.day(today)
        assert dates.day(today.replace(year=today.year - 1, day=1), weekday=False).endswith(str(today.year - 1))


def test_a_machine_reads_local_time_with_its_offset() -> None:
    with timezone.override("Europe/Berlin"):
        assert dates.machine(AT) == "2019-10-04T16:30+02:00"
        assert dates.machine(dt.date(2019, 10, 4)) == "2019-10-04"


def test_marks_become_html_and_html_becomes_text() -> None:
    assert to_html("## Anschrift\nRathaus\nPlatz 1\n\n- eins\n- <b>zwei</b>") == (
        "<h2>Anschrift</h2><p>Rathaus<br>Platz 1</p><ul><li>eins</li><li>&lt;b&gt;zwei&lt;/b&gt;</li></ul>"
    )


def test_addresses_become_links() -> None:
    assert '<a href="https://example.org/?a=1&amp;b=2"' in to_html("Siehe https://example.org/?a=1&b=2")
