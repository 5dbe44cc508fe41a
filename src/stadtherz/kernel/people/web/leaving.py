# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Signing out, so that the next person at the same device does not go back to one's pages."""

from __future__ import annotations

from allauth.account import views as account
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token


def sign_out(request: HttpRequest) -> HttpResponse:
    """Ask (GET), and end the session (POST)."""
    was_in = request.user.is_authenticated
    response: HttpResponse = account.logout(request)
    if was_in and not request.user.is_authenticated:
        tell_open_pages(request)
    return response


def tell_open_pages(request: HttpRequest) -> None:
    """A page that the browser keeps whole for "back" sees by the new token that its person has left, and loads anew (ui/left.js).

    Not by ``no-store`` on every page: then nobody could go back to a form and find what was written.
    """
    rotate_token(request)
