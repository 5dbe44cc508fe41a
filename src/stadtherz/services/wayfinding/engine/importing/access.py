# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For whom a way, a gate or a lift is open, and when, as people write it: "Private", "no;private", "employees".

Of several rules the loosest counts: "customers;private" lets customers in. Sources: OpenStreetMap wiki, pages Key:access,
OSM_tags_for_routing/Access_restrictions, Conditional_restrictions, Key:opening_hours.
"""

from collections.abc import Mapping
from typing import Final

from ..hours import opens_at_times
from ..vocabulary import Access
from .values import Report

Tags = Mapping[str, str]

#: None: closed
_RULES: Final[dict[str, Access | None]] = {
    **dict.fromkeys((
        "no", "none", "closed", "locked", "prohibited", "forbidden", "military", "emergency", "restricted", "agricultural",
        "forestry", "delivery", "use_sidepath", "psv", "bus", "hgv", "service",
    )),
    **dict.fromkeys((
        "private", "residents", "resident", "permit", "employees", "employee", "staff", "members", "key", "tenants",
        "authorised", "authorized", "license", "permission",
    ), Access.PRIVATE),
    "customers": Access.CUSTOMERS, "customer": Access.CUSTOMERS, "destination": Access.DESTINATION,
    "permissive": Access.PERMISSIVE,
    **dict.fromkeys((
        "yes", "designated", "official", "public", "unknown", "discouraged", "limited", "foot", "dismount", "",
    ), Access.OPEN),
}  # fmt: skip


def rule_of(word: str) -> Access | None:
    """The rule that a value means; None: closed. What nobody understands closes nothing."""
    if word in _RULES:
        return _RULES[word]
    known = [_RULES[part] for part in _parts(word) if part in _RULES]
    looser = [rule for rule in known if rule is not None]
    return min(looser) if looser else None if known else Access.OPEN


def _parts(word: str) -> list[str]:
    return [part.strip() for part in word.lower().replace(",", ";").split(";")]


def access_of(tags: Tags) -> Access | None:
    """The access rule for people on foot; the most specific key wins (foot, then access). None: closed. What is open at
    times counts as open, and `condition` says when."""
    foot = tags.get("foot")
    if foot is not None:
        rule = rule_of(foot)
        opens = rule in _SHUT and opens_at_times(tags.get("foot:conditional", ""))
        return Access.OPEN if opens else rule
    if tags.get("motorroad") == "yes":
        return None
    rule = rule_of(tags.get("access", ""))
    if rule in _SHUT and opens_at_times(condition(tags)):
        return Access.OPEN
    if rule is None and tags.get("sidewalk") in {"both", "left", "right", "yes"}:
        # a closed street may have an open pavement
        return Access.OPEN
    return rule


_SHUT: Final = (None, Access.PRIVATE)


def condition(tags: Tags) -> str:
    """The text of a time or season rule that matters on foot."""
    for key in ("foot:conditional", "access:conditional", "opening_hours"):
        # the hours of a market are not those of its square
        if key in tags and not (key == "opening_hours" and tags.get("amenity") == "marketplace"):
            return tags[key]
    return f"season: {tags['seasonal']}" if tags.get("seasonal", "no") != "no" else ""


def report_unread(tags: Tags, report: Report) -> None:
    """Notes rules that nobody here understands."""
    for key in ("foot", "access"):
        if key not in tags:
            continue
        value = tags[key]
        if value not in _RULES and not any(part in _RULES for part in _parts(value)):
            report.miss(key, value)
