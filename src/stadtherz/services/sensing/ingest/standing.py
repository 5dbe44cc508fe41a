# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where stations stood when something was measured there that comes only now: late messages, and files of a station that moved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Min

from stadtherz.services.sensing.models import Datastream, HistoricalLocation


class Standing:
    """The history of some things' places. One query, however many they are."""

    def __init__(self, things: Iterable[int]) -> None:
        self._moves: dict[int, list[tuple[datetime, int | None]]] = {}
        entries = HistoricalLocation.objects.filter(thing__in=set(things)).order_by("-time", "-pk")
        for thing, since, feature in entries.values_list("thing_id", "time", Min("places__location__features")):
            self._moves.setdefault(thing, []).append((since, feature))

    def feature_at(self, datastream: Datastream, time: datetime) -> int | None:
        """What an observation of ``time`` is about: None is the datastream's own feature.

        Before the first known place it is that one; where nobody knows the earlier place any more, the present one.
        """
        moves = self._moves.get(datastream.thing_id, [])
        if len(moves) < 2 or time >= moves[0][0]:
            return datastream.current_feature_id
        feature = next((feature for since, feature in moves if time >= since), moves[-1][1])
        if feature is None:
            return datastream.current_feature_id
        return None if feature == datastream.feature_id else feature
