# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Topics with a selection, such as ``v1.1/Datastreams(7)/Observations?$select=result,phenomenonTime`` (OGC 18-088, section 14.1).

A broker of one's own does not say who listens to what, so these topics are named in the source that tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

TOPIC = re.compile(r"(v1\.1/[^?#+]+)\?\$select=([\w.,@]+)")
ID = {"id": "@iot.id"}


def understood(topic: str) -> tuple[str, tuple[str, ...]] | None:
    """The topic without its selection, and the names that are selected; None if there is no selection in it."""
    match = TOPIC.fullmatch(topic.strip())
    return (match[1], tuple(ID.get(name, name) for name in match[2].split(",") if name)) if match else None


def told(news: Iterable[tuple[str, dict[str, Any]]], wishes: Sequence[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each document at its topic, and its selected parts at the topics that were wished for."""
    selections = [(wish.strip(), found) for wish in wishes if (found := understood(wish)) is not None]
    for topic, document in news:
        yield topic, document
        for wish, (base, names) in selections:
            if base == topic:
                yield wish, {name: document[name] for name in names if name in document}
