# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the service's entries in the record of decisions say: actions, kinds of their subjects, values of their details."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from stadtherz.kernel.registry.declaration import Text
from stadtherz.services.participation.states import Status

RECORDED: dict[str, Text] = {
    "participation.answer_idea": pgettext_lazy("record", "Answered an idea"),
    "participation.enter_idea": pgettext_lazy("record", "Entered an idea from paper"),
    "participation.enter_supports": pgettext_lazy("record", "Entered supports from paper"),
    "participation.undo_sheet": pgettext_lazy("record", "Took a paper sheet back"),
    "participation.take_over": pgettext_lazy("record", "Took over contributions from elsewhere"),
    "participation.open_process": pgettext_lazy("record", "Set up a process"),
    "participation.change_process": pgettext_lazy("record", "Changed a process"),
    "participation.correct_answer": pgettext_lazy("record", "Corrected an answer"),
    "participation.merge_ideas": pgettext_lazy("record", "Merged two ideas"),
    "participation.separate_ideas": pgettext_lazy("record", "Separated two merged ideas"),
    "participation.withdraw_idea": pgettext_lazy("record", "Withdrew an idea"),
    "participation.sheet:": pgettext_lazy("record", "Paper sheet no."),
    "participation.process:": pgettext_lazy("record", "Process no."),
    **{f"participation={status.value}": status.label for status in Status},
}
