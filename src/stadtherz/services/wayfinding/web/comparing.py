# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two studies beside each other: what has changed since something was mended, and what else has changed meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from stadtherz.kernel.geo.models import District
from stadtherz.kernel.ui.asked import whole_number
from stadtherz.kernel.ui.templatetags.ui import grouped
from stadtherz.services.wayfinding.models import StudiedProfile, Study
from stadtherz.services.wayfinding.queries.studies import AtOneSpot, ranked


@dataclass(frozen=True, slots=True)
class Comparison:
    """An earlier study: its barriers by their spots, those that the newer one does not name any more, and what makes the
    figures of the two differ beside what was mended."""

    study: Study
    then: dict[str, AtOneSpot]
    gone: list[AtOneSpot]
    differs: list[str]
    _profiles: dict[str, StudiedProfile]

    def figures(self, now: StudiedProfile) -> list[Any]:
        """Trips that were possible then, their share in per cent, and how many more are possible now."""
        then = self._profiles.get(now.profile)
        if then is None:
            return [None, None, None]
        return [then.joined, share(then), now.joined - then.joined]


def columns() -> list[dict[str, Any]]:
    """Headings of these figures."""
    return [
        {"title": _("possible then"), "numeric": True}, {"title": _("possible then"), "unit": "%", "numeric": True},
        {"title": pgettext("trips", "more than then"), "numeric": True},
    ]  # fmt: skip


def share(one: StudiedProfile) -> float | None:
    """Per cent of the trips that are possible."""
    return round(100 * one.joined / one.trips, 1) if one.trips else None


def asked_for(request: HttpRequest, earlier: Sequence[Study]) -> Study | None:
    """The study that ``vergleich`` names."""
    number = whole_number(request.GET.get("vergleich", ""))
    return next((one for one in earlier if one.pk == number), None)


def compared(
    study: Study, before: Study, spots: Sequence[AtOneSpot], *, profile: str, district: District | None
) -> Comparison:
    """``spots``: the barriers of the newer study, of the same profile and district."""
    then = ranked(before, profile, district)
    named = {spot.spot for spot in spots}
    return Comparison(
        before, {spot.spot: spot for spot in then}, [spot for spot in then if spot.spot not in named],
        _differences(study, before), {one.profile: one for one in before.profiles.all()},
    )  # fmt: skip


def _differences(study: Study, before: Study) -> list[str]:
    found = []
    if study.extract != before.extract:
        found.append(_("the map"))
    if study.facts_version != before.facts_version:
        found.append(_("what was found out on the spot"))
    if study.method != before.method:
        found.append(_("the way of counting"))
    if study.sampled != before.sampled or study.seed != before.seed:
        found.append(_("the sample of addresses"))
    limits = dict(before.profiles.values_list("profile", "figures"))
    if any(limits.get(one.profile, one.figures) != one.figures for one in study.profiles.all()):
        found.append(_("the limits of a profile"))
    return found


def roughly(count: int) -> int:
    """With two figures, as an estimate deserves."""
    return int(float(f"{count:.2g}"))


def since(then: AtOneSpot | None) -> str:
    """What a place opened in the earlier study, in words."""
    if then is None:
        return _("Not on the list then.")
    if not then.trips and not then.shortened:
        return _("Then it opened nothing by itself.")
    return _("Then: %(trips)s trips opened, about %(short)s much shorter.") % {
        "trips": grouped(then.trips), "short": grouped(roughly(then.shortened)),
    }  # fmt: skip
