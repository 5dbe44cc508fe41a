# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Profiles: presets with reasons, checks, reading from untrusted data, and what each limit does in the town."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..costs import CostModel
from ..engine import Engine, NoRouteError
from ..graph import Graph
from ..importing.assembling import import_map
from ..presets import PRESETS
from ..profiles import (
    Limit,
    Limits,
    Profile,
    ProfileError,
    Unknown,
    UnknownPolicy,
    WishTooLooseError,
    as_mapping,
    check,
    from_mapping,
)
from ..telling.describing import Describer
from ..telling.told import Manner
from ..vocabulary import Barrier, Kind, Ramp, Surface
from .town import Draft, at

FOOT = PRESETS["foot"].profile


def metres(engine: Engine, profile: Profile, *points: tuple[float, float]) -> float:
    metric = engine.metric(profile)
    return Describer(engine).route(metric, engine.legs(metric, [at(*point) for point in points])).totals.metres


def test_nine_presets_and_walking_each_with_reasons() -> None:
    assert len(PRESETS) == 10
    for preset in PRESETS.values():
        assert set(preset.title) == {"de", "en", "de-easy"}
        assert set(preset.reason) == {"de", "en"}
        assert check(preset.profile) is preset.profile


@pytest.mark.parametrize("key", PRESETS)
def test_a_profile_survives_as_data(key: str) -> None:
    profile = PRESETS[key].profile
    again = from_mapping(as_mapping(profile), FOOT)
    assert as_mapping(again) == as_mapping(profile)


@pytest.mark.parametrize(
    ("data", "part"),
    [
        ({"hard": {"kerb_up_mm": -1}}, "kerb_up_mm"), ({"hard": {"kerb": 3}}, "hard.kerb"), ({"x": 1}, "x"),
        ({"hard": {"surface": "lava"}}, "hard.surface"), ({"hard": 3}, "hard"), ({"pace": {"level_kmh": "fast"}}, "pace"),
        ({"hard": {"steps": 0, "handrail": True}}, "handrail"), ({"hard": {"steep_permille": 60}}, "steep"),
        ({"hard": {"incline_up_permille": 30, "steep_permille": 60, "steep_metres": 10}}, "uphill"),
        ({"unknown": {"kerb": 7}}, "unknown.kerb"), ({"pace": {"level_kmh": float("nan")}}, "level_kmh"),
        ({"key": "me"}, "key"),
    ],
)  # fmt: skip
def test_contradictions_and_nonsense_are_named(data: dict[str, Any], part: str) -> None:
    with pytest.raises(ProfileError, match=part):
        from_mapping(data, FOOT)


json_like = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(
        st.sampled_from(["hard", "soft", "unknown", "pace", "steps", "surface", "aid", "kerb", "comfort"]), inner,
        max_size=3,
    ), max_leaves=6,
)  # fmt: skip


@given(json_like)
def test_no_data_breaks_the_reader(data: Any) -> None:
    try:
        profile = from_mapping(data, FOOT)
    except ProfileError:
        return
    assert check(profile) == profile


def test_kerbs_up_and_down_differ(engine: Engine) -> None:
    """Southwards the 12 cm kerb is climbed, northwards only the lowered one."""
    up = FOOT.adjusted(kerb_up_mm=30)
    assert metres(engine, up, (250, 120), (250, 280)) < metres(engine, up, (250, 280), (250, 120))


def test_inclines_up_and_down_differ(engine: Engine) -> None:
    gentle = FOOT.adjusted(incline_up_permille=80)
    assert metres(engine, gentle, (506, 290), (506, 110)) == pytest.approx(180, abs=8)
    assert metres(engine, gentle, (506, 110), (506, 290)) > 300


def test_steps_need_a_ramp_or_a_way_around(engine: Engine) -> None:
    wheels = FOOT.adjusted(steps=0)
    assert metres(engine, FOOT, (290, 300), (390, 395)) < metres(engine, wheels, (290, 300), (390, 395))
    ramp = FOOT.adjusted(steps=0, ramp=Ramp.WHEELCHAIR)
    with_ramp, without = (metres(engine, p, (0, 390), (20, 430)) for p in (ramp, wheels))
    assert with_ramp < 70 < without
    counted = FOOT.adjusted(steps=6)
    assert metres(engine, counted, (290, 300), (390, 395)) == metres(engine, FOOT, (290, 300), (390, 395))


def test_lifts_can_be_refused(engine: Engine) -> None:
    there = [at(500, 380), at(460, 430)]
    metric = engine.metric(FOOT)
    route = Describer(engine).route(metric, engine.legs(metric, there))
    assert [s.manner for s in route.steps[0]][-2] is Manner.LIFT
    refused = engine.metric(FOOT.adjusted(no_lifts=True))
    snaps = engine.snap(metric, there)
    with pytest.raises(NoRouteError):
        engine.leg(refused, 0, *snaps)


def test_narrow_and_rough_ways(engine: Engine) -> None:
    assert metres(engine, FOOT, (20, 430), (90, 430)) == pytest.approx(70, abs=1)
    narrow = engine.metric(FOOT.adjusted(width_cm=90))
    assert not narrow.usable[engine.snap(engine.metric(FOOT), [at(50, 430)])[0].edge]
    smooth = FOOT.adjusted(surface=Surface.PAVING_STONES)
    gravel = engine.snap(engine.metric(FOOT), [at(250, 150)])[0].edge
    assert not engine.metric(smooth).usable[gravel]


def test_forbidden_unknown_excludes_and_allowed_unknown_does_not(engine: Engine) -> None:
    strict = Profile(key="strict", hard=Limits(), unknown=UnknownPolicy(incline=Unknown.FORBID))
    street = engine.snap(engine.metric(FOOT), [at(0, 50)])[0].edge
    assert engine.graph.edges["kind"][street] == Kind.QUIET_STREET
    assert not engine.metric(strict).allowed[street]
    assert engine.metric(FOOT).allowed[street]


def test_an_escalator_goes_one_way(engine: Engine) -> None:
    there = metres(engine, FOOT, (200, 0), (250, -20))
    back = metres(engine, FOOT, (250, -20), (200, 5))
    assert there < 90
    assert back > 110


def test_only_hard_limits_are_priced_anew(graph: Graph) -> None:
    model = CostModel(graph)
    first, second = model.costs(FOOT), model.costs(FOOT.adjusted(kerb_up_mm=10))
    assert second.weight is first.weight
    assert (second.broken != first.broken).any()
    slower = model.costs(replace(FOOT, comfort=2.0))
    assert (slower.weight == CostModel(graph).costs(replace(FOOT, comfort=2.0)).weight).all()
    assert (slower.weight != first.weight).any()


def test_room_to_turn_counts_in_lifts_and_barriers_only(tmp_path: Path) -> None:
    """Known and too small breaks the limit; unknown is allowed, unless the person forbids it, and told as unknown only
    to who asks for it. Along an ordinary way nobody has to turn."""
    town = Draft()
    town.way((0, 0), (50, 0), highway="footway", width="1.0", level="0")
    town.node(50, 0, highway="elevator", width="1.1", length="1.4")
    town.way((50, 0), (100, 0), highway="footway", level="1")
    town.node(100, 0, barrier="cycle_barrier")
    town.way((100, 0), (150, 0), highway="footway", level="1")
    graph = import_map(town.write(tmp_path / "town.osm.pbf"))[0]
    model, wants = CostModel(graph), PRESETS["foot"].profile.adjusted(turning_cm=150)
    lift = graph.edges["kind"] == Kind.LIFT
    barrier = graph.edges["barrier"] == Barrier.CYCLE_BARRIER
    assert (set(graph.edges["turning"][lift].tolist()), barrier.any()) == ({110}, True)
    broken = (model.costs(wants).broken.reshape(-1, 2)[:, 0] & np.uint32(Limit.TURNING)) > 0
    assert (broken == lift).all()
    strict = replace(wants, unknown=replace(wants.unknown, turning=Unknown.FORBID))
    assert (
        ((model.costs(strict).broken.reshape(-1, 2)[:, 0] & np.uint32(Limit.TURNING)) > 0) == (lift | barrier)
    ).all()
    assert not (model.costs(wants.adjusted(turning_cm=110)).broken & np.uint32(Limit.TURNING)).any()
    more = model.costs(wants).unverified & ~model.costs(PRESETS["foot"].profile).unverified
    assert (more == barrier).all()


def test_presets_wish_for_room_to_turn_and_close_no_lift() -> None:
    wishing = {key for key, preset in PRESETS.items() if preset.profile.soft.turning_cm == 150}
    assert wishing == {"wheelchair-manual", "wheelchair-electric", "wheelchair-pushed", "scooter"}
    assert not [key for key, preset in PRESETS.items() if preset.profile.hard.turning_cm is not None]


@pytest.mark.parametrize(
    ("name", "limit", "wish"),
    [("kerb_up_mm", 30, 60), ("incline_down_permille", 60, 100), ("width_cm", 120, 90), ("turning_cm", 150, 110),
     ("steps", 3, 10)],
)  # fmt: skip
def test_a_wish_that_lets_more_pass_than_the_limit_is_refused(name: str, limit: int, wish: int) -> None:
    with pytest.raises(WishTooLooseError, match=f"soft.{name} = {wish}") as refused:
        from_mapping({"hard": {name: limit}, "soft": {name: wish}}, FOOT)
    assert (refused.value.name, refused.value.wish, refused.value.limit) == (name, wish, limit)
    assert from_mapping({"hard": {name: wish}, "soft": {name: limit}}, FOOT).key == "personal"
    stored = from_mapping({"hard": {name: limit}, "soft": {name: wish}}, FOOT, just_said=False)
    assert (getattr(stored.hard, name), getattr(stored.soft, name)) == (limit, None)
