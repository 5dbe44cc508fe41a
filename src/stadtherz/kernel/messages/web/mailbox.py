# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``/dev/mail``: the mails of this municipality, readable in the browser while developing. Not there in production."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from stadtherz.kernel.messages.models import Message
from stadtherz.kernel.people.web.guards import public

# The mail's own page: its inline styles are wanted, everything else is not; links open outside the sandbox.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; base-uri 'none'; "
    "form-action 'none'; sandbox allow-popups allow-popups-to-escape-sandbox "
    "allow-top-navigation-by-user-activation"
)


def _development_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.PRODUCTION:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@public
@_development_only
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """Newest first; ``?q=`` searches address and subject."""
    wanted = request.GET.get("q", "").strip()
    found = Message.objects.order_by("-created_at", "-pk").defer("text", "html")
    if wanted:
        found = found.filter(address__icontains=wanted) | found.filter(subject__icontains=wanted)
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(request, "messages/mailbox.html", {"page": page, "wanted": wanted})


@public
@_development_only
@require_safe
def mail(request: HttpRequest, number: int) -> HttpResponse:
    """One mail as text, with clickable links and its headers."""
    return render(request, "messages/mail.html", {"mail": get_object_or_404(Message.objects, pk=number)})


@public
@_development_only
@require_safe
def mail_html(request: HttpRequest, number: int) -> HttpResponse:
    """The HTML part alone, as a mail program shows it."""
    found = get_object_or_404(Message.objects, pk=number)
    if not found.html:
        raise Http404
    response = HttpResponse(found.html)
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response
