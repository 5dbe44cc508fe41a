# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What there is to tell of arcs: the same as the map says, and of alike arcs one object."""

from ..costs import CostModel
from ..graph import Graph
from ..telling.facts import FLIGHT, RIDE, FactsByArc
from ..telling.route import TURNS, turn_of
from ..telling.told import CIRCLE
from ..vocabulary import Kind


def test_kerbs_and_slopes_are_those_of_the_direction_in_which_one_goes(graph: Graph) -> None:
    facts, edge = FactsByArc(graph, CostModel(graph).steepness.up), graph.edges
    assert any(edge["kerb_up"] != edge["kerb_down"])
    for arc in range(2 * graph.edge_count):
        there, up, down = facts.of(arc), *(int(edge[name][arc >> 1]) for name in ("kerb_up", "kerb_down"))
        assert (there.up, there.down) == tuple(max(0, mm) for mm in ((down, up) if arc & 1 else (up, down)))
        assert (there.up_unknown, there.down_unknown) == tuple(mm < 0 for mm in ((down, up) if arc & 1 else (up, down)))
        back = facts.of(arc ^ 1)
        assert (there.rise, there.fall, there.bench, there.surface) == (back.fall, back.rise, back.bench, back.surface)
        assert there.climb == {Kind.STEPS: FLIGHT, Kind.LIFT: RIDE, Kind.ESCALATOR: RIDE}.get(edge["kind"][arc >> 1], 0)
        if there.met is not None:
            assert (there.met.up, there.met.down, there.met.kerb_up) == (there.rise, there.fall, there.up)


def test_alike_arcs_share_their_facts_and_most_have_none(graph: Graph) -> None:
    facts = FactsByArc(graph, CostModel(graph).steepness.up)
    assert facts.known[0].met is None
    assert (facts.which == 0).any()
    assert len(facts.known) < (facts.which > 0).sum()
    assert len({repr(each) for each in facts.known}) == len(facts.known)


def test_every_bend_has_its_turn() -> None:
    for tenth in range(-1800, 1800):
        bend = round(tenth / 3600 * CIRCLE)
        assert TURNS[bend] is turn_of(tenth / 10)
