# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Identifiers: what is written is understood, and nothing else is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtherz.services.sensing.store.identifiers import Key, UnknownIdentifier, identifier, understood

times = st.datetimes(timezones=st.just(UTC))


@given(st.integers(1, 2**31 - 1), times, st.integers(0, 32767))
def test_an_identifier_says_where_the_observation_stands(datastream: int, time: datetime, sequence: int) -> None:
    assert understood(identifier(datastream, time, sequence)) == Key(datastream, time, sequence)


def test_a_time_whose_first_digit_is_a_letter() -> None:
    for year in range(2000, 2100):
        time = datetime(year, 7, 1, tzinfo=UTC)
        assert understood(identifier(7, time)) == Key(7, time)


def test_forms() -> None:
    assert identifier(7, datetime(1970, 1, 1, tzinfo=UTC)) == "7-0"
    assert identifier(7, datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), 2) == "7-_1-2"
    assert understood("7-n1-2") == Key(7, datetime(1970, 1, 1, 0, 0, 0, 829, tzinfo=UTC), 2)
    assert identifier(7, datetime(1970, 1, 1, 0, 0, 0, 46656, tzinfo=UTC)) == "7-1000"


@pytest.mark.parametrize("text", ["", "7", "7-", "0-1", "07-1", "7-01", "7-_0", "7-1-0", "7-1-01", "7-A", "7-1 ", "7-1\n",
                                  "7-zzzzzzzzzzzz", "99999999999-1", "7-1-40000", "-7-1", "7-1-1-1"])  # fmt: skip
def test_other_texts_are_no_identifiers(text: str) -> None:
    with pytest.raises(UnknownIdentifier):
        understood(text)
