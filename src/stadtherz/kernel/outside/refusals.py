# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why something could not be fetched: one exception per reason, each with a sentence for the person who waits for it."""

from __future__ import annotations


class OutsideError(Exception):
    """Another system gave no usable answer; the message says why."""


class AddressNotAllowed(OutsideError):
    """The address is not one that this platform asks: another scheme, credentials inside, or an internal address."""


class NameUnknown(OutsideError):
    """The host name leads nowhere."""


class TooLarge(OutsideError):
    """The answer is larger than what was asked for."""


class TooSlow(OutsideError):
    """The answer did not arrive in time."""


class TooManyRedirects(OutsideError):
    """The other system sends from one address to the next."""


class Unreachable(OutsideError):
    """No connection came about, or it broke."""


class BadStatus(OutsideError):
    """The other system answered with an error."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status
