# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The kinds of phases: small declared objects that say what residents can do while a phase of this kind runs.

Rules never ask for a kind by name; they ask whether the active phase allows an action. A new kind (a ballot, a draft to
comment on) is one more entry here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Action(StrEnum):
    """What a resident can do with ideas."""

    SUBMIT = "submit"
    SUPPORT = "support"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class PhaseKind:
    """A kind of phase: its name, what to do now in the words of the page, and what it allows."""

    key: str
    title: _StrPromise
    call: _StrPromise
    allows: frozenset[Action]


class UnknownPhaseKind(LookupError):
    """A phase in the database has a kind that no longer stands here."""


PHASE_KINDS: tuple[PhaseKind, ...] = (
    PhaseKind(
        "collecting",
        _("Collecting ideas"),
        _("Propose your idea, support and discuss those of others."),
        frozenset({Action.SUBMIT, Action.SUPPORT, Action.COMMENT}),
    ),
    PhaseKind(
        "discussing",
        _("Discussing"),
        _("All ideas are in. Now support and discuss them."),
        frozenset({Action.SUPPORT, Action.COMMENT}),
    ),
    PhaseKind("evaluating", _("Under review"), _("The offices review the ideas and answer here."), frozenset()),
    PhaseKind("closed", _("Finished"), _("This process is finished. You can read what became of it."), frozenset()),
)
_BY_KEY = {kind.key: kind for kind in PHASE_KINDS}


def phase_kind(key: str) -> PhaseKind:
    """The kind with this key, or ``UnknownPhaseKind``."""
    try:
        return _BY_KEY[key]
    except KeyError:
        raise UnknownPhaseKind(key) from None


def phase_kind_choices() -> list[tuple[str, _StrPromise]]:
    """For forms and the model field: kinds are declared in code, so that a new one needs no migration."""
    return [(kind.key, kind.title) for kind in PHASE_KINDS]
