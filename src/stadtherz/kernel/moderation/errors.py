# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why a verb of moderation refused: one exception a reason, each with a sentence for the person at the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from stadtherz.kernel.moderation.models import Case


class ModerationRefused(Exception):
    """Base of all refusals. ``str(error)`` is the sentence to show."""


class UnknownKind(LookupError):
    """No service declares this kind of moderated content."""


class AlreadyDecided(ModerationRefused):
    """Somebody was faster. Nothing was changed a second time."""

    def __init__(self, case: Case) -> None:
        self.case = case
        by = case.decided_by.pseudonym if case.decided_by else _("somebody else")
        super().__init__(
            _("This was decided meanwhile by %(by)s: %(state)s. Your decision was not applied.")
            % {"by": by, "state": case.get_state_display()}
        )


class ChangedMeanwhile(ModerationRefused):
    """The author changed the text after the moderator opened it."""

    def __init__(self) -> None:
        super().__init__(_("The author changed the contribution meanwhile. Please read it again; nothing was decided."))


class NotPossibleNow(ModerationRefused):
    """The table of changes does not allow this in the case's state."""

    def __init__(self, case: Case) -> None:
        super().__init__(
            _("This is not possible now, because the contribution has the state: %(state)s.")
            % {"state": case.get_state_display()}
        )


class OwnContribution(ModerationRefused):
    """Nobody decides about the own text while another moderator can."""

    def __init__(self) -> None:
        super().__init__(_("This is your own contribution. Another moderator must decide about it."))


class ReasonMissing(ModerationRefused):
    """Returning, declining and taking down need a reason from the list."""

    def __init__(self) -> None:
        super().__init__(_("Please choose a reason: the author will read it."))


class WordsMissing(ModerationRefused):
    """A reason such as "against the law" explains nothing without own words."""

    def __init__(self) -> None:
        super().__init__(_("This reason needs a sentence of explanation: which law, or which other reason?"))


class SecondPersonNeeded(ModerationRefused):
    """A take-down is confirmed by somebody else, or after a pause where there is nobody else."""

    def __init__(self, minutes: int) -> None:
        super().__init__(
            _(
                "Another moderator must confirm the take-down. If there is none, you can confirm it yourself after %(minutes)d minutes."
            )
            % {"minutes": minutes}
        )


class NothingProposed(ModerationRefused):
    """There is no proposal to confirm."""

    def __init__(self) -> None:
        super().__init__(_("No take-down is proposed for this contribution."))


class AlreadyProposed(ModerationRefused):
    """The take-down is proposed already; the next step is to confirm it."""

    def __init__(self) -> None:
        super().__init__(_("The take-down is proposed already and waits for confirmation."))


class TooLateToUndo(ModerationRefused):
    """The minute is over, or something happened since."""

    def __init__(self) -> None:
        super().__init__(
            _("This can no longer be undone: a minute has passed or somebody changed the contribution since.")
        )


class NotYours(ModerationRefused):
    """Only who decided may undo; only the author may withdraw."""

    def __init__(self) -> None:
        super().__init__(_("Only the person who did this can undo it."))


class TooManyReports(ModerationRefused):
    """A person reported more than the daily number."""

    def __init__(self) -> None:
        super().__init__(
            _("You have reported many contributions today. Please try again tomorrow; in urgent cases call the town.")
        )


class AlreadyReported(ModerationRefused):
    """The person has reported this already, and nobody has looked at it yet."""

    def __init__(self) -> None:
        super().__init__(_("You have reported this already. A moderator will look at it."))
