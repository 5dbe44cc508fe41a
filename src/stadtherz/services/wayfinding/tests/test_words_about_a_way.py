# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the page says about a way beside its steps."""

from dataclasses import replace

from django.utils import translation

from stadtherz.services.wayfinding.engine.profiles import Limit
from stadtherz.services.wayfinding.planning import InTheWay, Way
from stadtherz.services.wayfinding.web.words import hint, unknown

WAY = Way(
    summary="", duration="", length="", conditions="", steps=[], start=(7.7, 49.4), goal=(7.8, 49.4), metres=500.0,
    unverified=0.0, kerbs_unknown=0, longest_without_rest=0.0, start_gap=0.0, goal_gap=0.0,
)  # fmt: skip


def test_all_is_known_only_where_nothing_unknown_is_in_the_way() -> None:
    dark = InTheWay("w1", Limit.LIGHT, True, "", 7.7, 49.4)
    for easy in (False, True):
        with translation.override("en"):
            assert "The map tells everything" in unknown(WAY, easy=easy)[0]
            assert not any("everything" in text for text in unknown(replace(WAY, broken=[dark]), easy=easy))


def test_in_easy_language_what_would_help_helps() -> None:
    """It has no subjunctive."""
    with translation.override("de"):
        for limit in Limit:
            for missing in (False, True):
                one = InTheWay("w1", limit, missing, "", 7.7, 49.4)
                said = hint(one, easy=True)
                assert bool(said) is bool(hint(one))
                assert "würde" not in said
                assert "müsste" not in said
