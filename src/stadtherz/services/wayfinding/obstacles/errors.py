# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why a verb about obstacles or kept ways refuses: one type per reason, each with a sentence that can be shown."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.registry.declaration import Text


class Refused(Exception):
    """A verb did not do what was asked; nothing was changed. ``str()`` is the sentence for the page, ``field`` the form
    field that it belongs to."""

    message: ClassVar[Text] = _("This is not possible.")
    field: ClassVar[str | None] = None

    def __init__(self, message: Text | None = None) -> None:
        super().__init__(message or self.message)

    def __str__(self) -> str:
        return str(self.args[0])


class AccountNeeded(Refused):
    """A voice needs an account, or a clerk who enters it (docs/adr/0010)."""

    message = _("Please sign in. You need an account with a confirmed e-mail address.")


class NotAllowed(Refused):
    """Only clerks of this town decide about obstacles."""

    message = _("Only staff of this town can do this.")


class NoPlace(Refused):
    """The geometry cannot be read: not finite, empty, of no known shape, too detailed."""

    message = _("Please choose a place: a point, a line or an area.")
    field = "place_label"


class PlaceOutside(Refused):
    """The obstacle lies outside the municipality."""

    message = _("This place lies outside the municipality. Please choose a place inside.")
    field = "place_label"


class NoWayThere(Refused):
    """No way of the map runs there, so nothing would change."""

    message = _("We know no way at this place. Please move it onto the way that is blocked.")
    field = "place_label"


class TooLarge(Refused):
    """An area that closes a whole quarter is a slip of the pen."""

    message = _("This area is too large to be closed as a whole. Please draw the streets that are closed.")
    field = "place_label"


class WrongPeriod(Refused):
    """The end lies before the beginning, in the past, or too far away."""

    message = _("The end must lie after the beginning.")
    field = "ends"


class AlreadyOver(Refused):
    """The end lies in the past."""

    message = _("The end lies in the past.")
    field = "ends"


class TooLong(Refused):
    """Nothing counts for more than a year without somebody looking again."""

    message = _("An obstacle can last a year at most. Please extend it when the time has come.")
    field = "ends"


class TooFarAhead(Refused):
    """A rule for years to come is a slip of the pen."""

    message = _("The last day lies too far ahead. Please choose one within the next two years.")
    field = "ends"


class SameHours(Refused):
    """From six to six is a slip of the pen, unless it is midnight."""

    message = _("Beginning and end are the same. For the whole day write 0:00 both times.")
    field = "stops"


class NeverCounts(Refused):
    """No time follows from the rule of what recurs: none of its days lies between the first and the last, or all are left out."""

    message = _("Between the first and the last day it never takes place: none of the chosen days is left.")
    field = "days"


class LastTime(Refused):
    """Nothing would be left of what recurs."""

    message = _("It would not take place again after that. Please say instead that it is over.")


class TextTooLong(Refused):
    """More words than the field takes."""

    message = _("This text is too long.")
    field = "text"


class ReportedAlready(Refused):
    """The same person says of the same place the same again, with other words or another picture."""

    message = _(
        "You have reported this here already, and your report still counts. If it is another one, move the pin to where it is; "
        "if yours is over, say there that it is gone."
    )


class SeenLongAgo(Refused):
    """A device has kept the report for longer than such a thing usually lasts."""

    message = _(
        "Your report has waited on this device until it was too old to count. Please look, and report it again."
    )


class TooMany(Refused):
    """The town has as many current obstacles as the routing bears."""

    message = _("There are too many obstacles at the same time. Please end some that are over.")


class FeedTwice(Refused):
    """The town asks this address already."""

    message = _("This address is asked already.")
    field = "url"


class TooManyWays(Refused):
    """A person keeps as many ways as are looked at for one person."""

    message = _("You keep twenty ways already. Please let one go first.")


class NotOpen(Refused):
    """It is over, or it was not right."""

    message = _("This obstacle is over.")


class OwnReport(Refused):
    """Nobody confirms what they reported themselves."""

    message = _("You reported this yourself. Somebody else has to confirm it.")


class ChangedMeanwhile(Refused):
    """Somebody else changed it while the form was open."""

    message = _(
        "Somebody else has changed this obstacle in the meantime. Please look at it again; nothing was changed."
    )


class NothingToUndo(Refused):
    """There is no last change, or something happened after it."""

    message = _("There is nothing to undo any more.")
