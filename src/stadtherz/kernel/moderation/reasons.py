# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The reasons for a decision, each with the sentence that the author reads. The list is closed, so that it can be counted
and translated; a moderator adds own words below it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.moderation.states import Change
from stadtherz.kernel.registry.declaration import Text


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a contribution was returned, declined or taken down; ``to_author`` is the sentence in the notice."""

    key: str
    title: Text
    to_author: Text
    changes: frozenset[Change]

    @property
    def needs_words(self) -> bool:
        """Whether it says too little alone."""
        return self.key in NEEDS_WORDS


_RETURN = frozenset({Change.RETURN})
_AGAINST = frozenset({Change.DECLINE, Change.TAKE_DOWN})
_ALL = _RETURN | _AGAINST

REASONS: tuple[Reason, ...] = (
    Reason(
        "unclear",
        _("Hard to understand"),
        _("We did not fully understand what you mean. Please say it once more in other words."),
        _RETURN,
    ),
    Reason(
        "personal_data",
        _("Names or contact details of people"),
        _("The text names people or their contact details. Please leave them out: everybody can read the page."),
        _ALL,
    ),
    Reason(
        "picture_people",
        _("People can be recognised in a picture"),
        _("People or number plates can be recognised in a picture. Please choose another one."),
        _ALL,
    ),
    Reason(
        "picture_rights",
        _("Rights to a picture are unclear"),
        _("We are not sure that you may publish the picture. Please use one that you took yourself."),
        _ALL,
    ),
    Reason(
        "several",
        _("Several ideas in one"),
        _("There is more than one idea in the text. Please hand in each one by itself, so that others can support it."),
        _RETURN,
    ),
    Reason(
        "place",
        _("The place is missing or wrong"),
        _("Please mark on the map where you mean."),
        _RETURN,
    ),
    Reason(
        "insult",
        _("Insults people"),
        _("The text insults people. Criticism is welcome, insults are not."),
        _ALL,
    ),
    Reason(
        "hatred",
        _("Hatred or discrimination"),
        _("The text disparages people because of who they are. That has no place here."),
        _AGAINST,
    ),
    Reason(
        "unlawful",
        _("Against the law"),
        _("In our view, the contribution is against the law."),
        _AGAINST,
    ),
    Reason(
        "advertising",
        _("Advertising"),
        _("The contribution advertises something. This page is for the town's matters."),
        _AGAINST,
    ),
    Reason(
        "not_town",
        _("Not a matter of the town"),
        _("The town cannot decide about this. It is a matter of others, for example the state or a private owner."),
        frozenset({Change.DECLINE}),
    ),
    Reason(
        "off_topic",
        _("Does not belong here"),
        _("The contribution does not belong to this subject."),
        _AGAINST,
    ),
    Reason(
        "double",
        _("Already there"),
        _("This has been said before. Please support the contribution that is already there."),
        frozenset({Change.DECLINE}),
    ),
    Reason(
        "other",
        _("Another reason"),
        _("There is another reason."),
        _ALL,
    ),
)
BY_KEY = {reason.key: reason for reason in REASONS}
NEEDS_WORDS = frozenset({"unlawful", "other"})
"""Reasons that say too little alone: which law, which other reason (Regulation (EU) 2022/2065, article 17, paragraph 3)."""
REPORT_REASONS = tuple(reason for reason in REASONS if Change.TAKE_DOWN in reason.changes)


def reasons_for(change: Change) -> tuple[Reason, ...]:
    """The reasons that a moderator can choose from."""
    return tuple(reason for reason in REASONS if change in reason.changes)
