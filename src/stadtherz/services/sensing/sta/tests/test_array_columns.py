# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Columns of an array say the same as single values."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtherz.services.sensing.sta.array_columns import TEN_DIGITS, instant, instants, links
from stadtherz.services.sensing.store.identifiers import written
from stadtherz.services.sensing.store.moments import moment

seconds = st.datetimes().map(lambda time: time.replace(microsecond=0, tzinfo=UTC))
NOW = "2026-03-01T12:00:00Z"


@settings(max_examples=40, deadline=None)
@given(st.lists(seconds, min_size=1, max_size=5))
def test_times_of_a_column_are_those_of_each(times: list[datetime]) -> None:
    texts = [time.isoformat().replace("+00:00", "Z") for time in times]
    found = instants(texts)
    assert found is not None
    assert [moment(micros) for micros in found.tolist()] == times
    mixed = instants([*texts, "2026-03-01T12:00:00.25+01:00"])
    assert mixed is not None
    assert mixed.tolist() == [*found.tolist(), instant("2026-03-01T11:00:00.25Z")]


@pytest.mark.parametrize(
    "odd",
    [
        "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:60Z", "0000-01-01T00:00:00Z", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00z", "2026-01-01T00:00:00",
        "NaT", "", "+026-01-01T00:00:00Z", "２026-01-01T00:00:0Z", "2026-01-01T00:00:00.1234567Z", "2026-01-01T00:00:00+19:00",
    ],
)  # fmt: skip
def test_odd_times_are_left_to_the_view(odd: str) -> None:
    def known(texts: list[str]) -> bool:
        try:
            return instants(texts) is not None
        except ValueError:
            return False

    assert not known([odd])
    assert not known([NOW, odd])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(-(10**15), 10**17), st.integers(0, 2)), min_size=1, max_size=4))
def test_links_say_the_identifier(rows: list[tuple[int, int]]) -> None:
    rows += [(TEN_DIGITS[0], 0), (TEN_DIGITS[1] - 1, 0)]
    for some in (rows, rows[-2:]):
        micros, sequences = np.array(some, np.int64).T
        said = json.loads(b"[" + links('http://a"b/', 7, micros, sequences) + b"]")
        assert said == [f"http://a\"b/{written(7, *row)}')" for row in some]
    assert links("a", 7, np.empty(0, np.int64), np.empty(0, np.int64)) == b""
