# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Packing: whatever goes in comes out, bit by bit; and the counts of a real town take little."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtherz.services.sensing.store.moments import DAY
from stadtherz.services.sensing.store.packing import Day, Special, Unreadable, pack, unpack

START = 20_000 * DAY
offsets = st.one_of(
    st.lists(st.integers(0, DAY - 1), unique=True, max_size=50).map(sorted),
    st.tuples(st.integers(0, 1000), st.integers(1, 900_000_000), st.integers(0, 90)).map(
        lambda r: [r[0] + r[1] * n for n in range(r[2])]
    ),
)
measured = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(2**53), 2**53).map(float),
    st.decimals(-1000, 1000, places=2, allow_nan=False, allow_infinity=False).map(float),
    st.sampled_from([0.0, -0.0, 0.1 + 0.2, 5e-324, 1.7976931348623157e308]),
)
few = st.decimals(-50, 50, places=1, allow_nan=False, allow_infinity=False).map(float)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
specials = st.lists(
    st.builds(
        Special,
        st.integers(START, START + DAY - 1),
        st.integers(0, 999),
        st.tuples(st.none() | measured, st.none() | texts, st.none() | texts, st.none() | st.integers(1, 2**40)),
    ),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(st.data(), offsets, specials)
def test_every_bit_comes_back(data: st.DataObject, times: list[int], special: list[Special]) -> None:
    kind = data.draw(st.sampled_from([measured, few]))
    values = data.draw(st.lists(kind, min_size=len(times), max_size=len(times)))
    day = Day(np.array(times, np.int64) + START, np.array(values, np.float64), special)
    back = unpack(pack(day, START), START)
    assert back.micros.tolist() == day.micros.tolist()
    assert back.numbers.tobytes() == day.numbers.tobytes()
    assert back.special == special


def test_before_1970() -> None:
    day = Day(np.array([-5, -1], np.int64), np.array([1.5, 2.5]))
    assert unpack(pack(day, -DAY), -DAY).micros.tolist() == [-5, -1]


def test_a_day_of_quarter_hours_takes_a_byte_a_value() -> None:
    times = np.arange(96, dtype=np.int64) * 900_000_000 + START
    counts = np.random.default_rng(7).poisson(20, 96).astype(float)
    assert len(pack(Day(times, counts), START)) < 110


@pytest.mark.parametrize("payload", [b"", b"\x07abc", b"\x01", b"\x02\x05abc", b"\x01\x05\x01"])
def test_other_bytes_are_refused(payload: bytes) -> None:
    with pytest.raises(Unreadable):
        unpack(payload, START)
