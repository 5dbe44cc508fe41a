# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``{% handbook "lorawan" %}``: the way from a page to what the handbook says about it."""

from __future__ import annotations

from django import template

from stadtherz.kernel.handbook import shelf

register = template.Library()


@register.inclusion_tag("handbook/link.html")
def handbook(name: str) -> dict[str, object]:
    """A line that leads to a page, under its own title; nothing where the page is not there."""
    return {"page": shelf.page(name)}
