# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How often one address may ask pages whose answer is computed: generously, so that a school behind one address gets
through and a script does not occupy the town's server."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from stadtherz.kernel.api.limits import take, visitor
from stadtherz.kernel.municipalities.active import active_id

View = Callable[..., HttpResponse]
#: answers of one view, for one address of one town
A_MINUTE: Final = 120


def paced(view: View) -> View:
    """At most ``A_MINUTE`` answers a minute for an address; then 429 with the seconds to wait, which
    ``kernel/ui/web/error_pages.py`` puts into words for people."""

    @wraps(view)
    def measured(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = f"{view.__module__}.{view.__name__}:{active_id()}:{visitor(request)}"
        taken = take(key, limit=A_MINUTE, per_seconds=60)
        if not taken.allowed:
            return HttpResponse(status=429, headers={"Retry-After": str(taken.retry_after)})
        return view(request, *args, **kwargs)

    return measured
