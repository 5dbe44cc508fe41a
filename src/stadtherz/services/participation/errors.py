# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why a verb of participation refuses: one type per reason, each with a sentence that can be shown as it is."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """A verb did not do what was asked; nothing was changed. ``str()`` is the sentence for the page.

    ``field`` names the form field that the sentence belongs to, ``code`` is the stable name for programs.
    """

    message: ClassVar = _("This is not possible.")
    code: ClassVar[str] = "refused"
    field: str | None = None

    def __init__(self, message: str | None = None, *, field: str | None = None) -> None:
        super().__init__(message or self.message)
        self.field = field or self.field

    def __str__(self) -> str:
        return str(self.args[0])


class PhaseForbids(Refused):
    """The running phase of the process does not allow this."""

    message = _("This process does not take this kind of contribution at present.")
    code = "phase_forbids"


class AccountNeeded(Refused):
    """Only people with a confirmed account, or entered by a clerk, can contribute."""

    message = _("Please sign in. You need an account with a confirmed e-mail address.")
    code = "account_needed"


class NotPublic(Refused):
    """The idea or comment is not (or no longer) public."""

    message = _("This contribution is not public at present.")
    code = "not_public"


class NotYours(Refused):
    """Only the author changes a contribution."""

    message = _("Only the person who wrote it can change this contribution.")
    code = "not_yours"


class NoLongerYours(Refused):
    """The contribution was withdrawn, declined or taken down."""

    message = _("This contribution can no longer be changed.")
    code = "no_longer_editable"


class TooMuchAtOnce(Refused):
    """A person or an address has handed in as much as may come in an hour (``web/budget``)."""

    code = "too_much_at_once"


class TextMissing(Refused):
    """A text that is needed is empty."""

    message = _("Please write something here.")
    code = "text_missing"


class TextTooLong(Refused):
    """A text is longer than its field."""

    message = _("This text is too long.")
    code = "text_too_long"


class PlaceOutside(Refused):
    """The place does not lie in the municipality."""

    message = _("This place lies outside the municipality. Please choose a place inside, or leave the map empty.")
    code = "place_outside"
    field = "place"


class WrongCategory(Refused):
    """The category belongs to another process."""

    message = _("This category does not belong to the process. Please choose one from the list.")
    code = "wrong_category"
    field = "category"


class StatusChangeNotAllowed(Refused):
    """The table of states does not allow this change."""

    message = _("An idea cannot go back to this status.")
    code = "status_change_not_allowed"
    field = "status"


class ReasonMissing(Refused):
    """Who declines says why."""

    message = _("Please write an answer. No idea is decided about without a reason.")
    code = "reason_missing"
    field = "answer"


class AnsweredMeanwhile(Refused):
    """An answer was published while the form was open, by somebody else or in another window."""

    message = _("This idea has been answered in the meantime. Please read that answer before you send yours.")
    code = "answered_meanwhile"


class CorrectedMeanwhile(Refused):
    """The answer was corrected while the form was open."""

    message = _("This answer has been corrected in the meantime. Please read it before you send yours.")
    code = "corrected_meanwhile"


class AnswerNotChanged(Refused):
    """A correction that corrects nothing."""

    message = _("Nothing is different from the published answer.")
    code = "answer_not_changed"
    field = "answer"


class NotDoubles(Refused):
    """An idea is not merged into itself, nor into one of another process."""

    message = _("Only two different ideas of the same process can be merged.")
    code = "not_doubles"


class AnsweredBefore(Refused):
    """The double has an answer of its own: it would lose its timeline."""

    message = _("The town has answered this idea already. Keep it, and merge the other one into it.")
    code = "answered_before"


class ChangeWaits(Refused):
    """The author of the double has changed it, and no moderator has read that yet."""

    message = _("A change of this idea waits with the moderators. Please decide about that first.")
    code = "change_waits"


class HoldsOthers(Refused):
    """Other ideas were merged into this one."""

    message = _("Another idea was merged into this one. Please keep this one, or separate them first.")
    code = "holds_others"


class OthersWords(Refused):
    """An author cannot take back what has become the idea of others too."""

    message = _("Another idea was merged with this one, so it belongs to others too. Please write to the town.")
    code = "others_words"


class SeparatedBefore(Refused):
    """The two ideas stand on their own again."""

    message = _("These ideas are separated already.")
    code = "separated_before"


class NoPhase(Refused):
    """A process without a phase asks nobody anything."""

    message = _("Please say on which day at least one phase begins.")
    code = "no_phase"


class PhasesOutOfOrder(Refused):
    """A phase shall begin before the one that comes before it, or on the same day."""

    message = _("This phase must begin later than the one above.")
    code = "phases_out_of_order"


class ProcessChangedMeanwhile(Refused):
    """Another editor has saved the process while the form was open."""

    message = _(
        "This process has been changed in the meantime. Please look at it in another window. If you save again, your "
        "version counts."
    )
    code = "process_changed_meanwhile"


class TopicInUse(Refused):
    """Ideas belong to the topic that shall go."""

    message = _("Ideas belong to this topic. It can be renamed, not removed.")
    code = "topic_in_use"


class SheetUndone(Refused):
    """The paper sheet was undone before."""

    message = _("This sheet has been undone already.")
    code = "sheet_undone"


class LinesRefused(Refused):
    """Lines of a paper list cannot be entered; ``lines`` says which (from 0) and why. None of the list was entered."""

    message = _("Some lines are not complete yet. Nothing was entered so far.")
    code = "lines_refused"

    def __init__(self, lines: dict[int, str]) -> None:
        super().__init__()
        self.lines = lines
