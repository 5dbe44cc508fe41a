# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why asking another system failed, for the clerk who looks at the page of a source or a rule: what happened, and whose turn it is."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.outside import refusals
from stadtherz.services.sensing.reasons import Reason, reason_of

PAGE = (b"<!doctype html", b"<html")


def is_page(content: bytes) -> bool:
    """Whether this is a web page for people."""
    return content[:500].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(PAGE)


def why(error: refusals.OutsideError) -> Reason:
    """Why there was no answer."""
    if isinstance(error, refusals.BadStatus):
        return of_status(error.status)
    words = {
        refusals.NameUnknown: _("The name in the address is not known. Check the address."),
        refusals.AddressNotAllowed: _(
            "The address is not asked from here: it leads inside a network, or is no address of http or https. Check the address."
        ),
        refusals.TooManyRedirects: _("The address leads from one to the next without end. Check the address."),
        refusals.TooSlow: _("The other system did not answer in time. This mostly passes; if it lasts, ask whoever runs it."),
        refusals.Unreachable: _("There was no connection to the other system, or it broke. This mostly passes; if it lasts, ask whoever runs it."),
        refusals.TooLarge: _("The other system sends more than is taken in. Check the address, or ask for fewer stations."),
    }  # fmt: skip
    found = next((each for kind, each in words.items() if isinstance(error, kind)), None)
    return Reason.of(found) if found else reason_of(error)


def changed(detail: str) -> Reason:
    """The answer cannot be read at all."""
    words = _("The answer has another form than expected (%(detail)s). If the address is right, the other system has changed its form: tell whoever looks after this platform.")  # fmt: skip
    return Reason.of(words, detail=detail)


def of_status(status: int) -> Reason:
    """What this status means for who looks after the source."""
    if status in {404, 410}:
        words = _("There is nothing at this address (%(status)s). Check the address: the other system may have moved.")
    elif status in {401, 403}:
        words = _("The other system does not let us in (%(status)s). Ask whoever runs it.")
    elif status == 429:
        words = _("The other system says that it is asked too often (%(status)s). Ask for fewer stations.")
    elif status >= 500:
        words = _("The other system reports an error of its own (%(status)s). This mostly passes; if it lasts, ask whoever runs it.")  # fmt: skip
    else:
        words = _("The other system does not understand the question (%(status)s). Check the address and what is asked for.")  # fmt: skip
    return Reason.of(words, status=status)
