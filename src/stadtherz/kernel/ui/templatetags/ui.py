# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``{% load ui %}``: the components as tags. Each shows its use on the component page; README.md lists them.

A tag only prepares what its template in ``ui/components/`` prints. Block tags (``{% notice %}…{% endnotice %}``) take the
HTML between them as it is, because the page's author wrote it in a template, where everything is escaped already.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.template import Context
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import get_language, gettext

from stadtherz.kernel.language.reading import resolved
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.registry.declaration import Door
from stadtherz.kernel.ui import dates, fields
from stadtherz.kernel.ui.context import DOORS
from stadtherz.kernel.ui.differences import differences
from stadtherz.kernel.ui.frame import framed
from stadtherz.kernel.ui.icons import names as icon_names
from stadtherz.kernel.ui.shield import shield_svg

register = template.Library()

NOTICE_ICONS = {"info": "info", "success": "success", "warning": "warning", "danger": "danger", "quiet": "info"}
STATUS_ICONS = {"neutral": "clock", "info": "hourglass", "success": "check", "warning": "warning", "danger": "close"}


class UnknownIcon(template.TemplateSyntaxError):
    """No symbol of this name is in icons.svg."""


def _render(name: str, values: Mapping[str, Any], context: Context | None = None) -> SafeString:
    request = context.get("request") if context is not None else None
    return mark_safe(get_template(f"ui/components/{name}.html").render(dict(values), request))  # noqa: S308


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """A symbol of our set, hidden from screen readers: the word beside it speaks. ``size``: small, large."""
    return _symbol(name, size)


@cache
def _symbol(name: str, size: str) -> SafeString:
    """A page shows dozens of symbols, and each is the same as long as the process runs."""
    if name not in icon_names():
        raise UnknownIcon(f"There is no icon “{name}”. Known: {', '.join(sorted(icon_names()))}.")
    return format_html(
        '<svg class="sh-icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" sh-icon--{size}" if size else "", static("ui/icons.svg"), name,
    )  # fmt: skip


@register.simple_tag
def same(name: str) -> SafeString:
    """A template that reads nothing but the language: the same for everybody, rendered once a language."""
    return _same(name, get_language())


@cache
def _same(name: str, _language: str) -> SafeString:
    return mark_safe(get_template(name).render())  # noqa: S308  a template of ours without values


@register.filter
def known_icon(name: str, otherwise: str = "arrow-right") -> str:
    """The name if the symbol exists, else ``otherwise``: for names that a service declared."""
    return name if name in icon_names() else otherwise


@register.simple_tag
def shield(key: str) -> SafeString:
    """The placeholder for a coat of arms that a municipality has not given."""
    return mark_safe(shield_svg(key))  # noqa: S308  drawn from constants


@register.filter
def town_kind(municipality: Municipality) -> str:
    """What stands above the name: "Stadt", "Landkreis", … as the official name begins, else nothing."""
    official = municipality.official_name.removesuffix(municipality.name).strip()
    return official if official and official != municipality.official_name else ""


@register.simple_tag(takes_context=True)
def municipality_text(context: Context, name: str) -> str:
    """A text of the municipality (``contact``, ``imprint``, …) in the visitor's language, as written."""
    town = context.get("municipality")
    easy = bool(context.get("easy_language"))
    return resolved(town.texts.get(name), easy=easy).text if town else ""


@register.filter
def of_door(blocks: Mapping[str, Any], key: str) -> Any:
    """What the services put behind the door ``key``."""
    return blocks.get(key, ())


@register.filter
def grouped(value: Any) -> str:
    """A number as the language writes it, with its thousands grouped: 14.310."""
    return number_format(value, force_grouping=True) if isinstance(value, int | float | Decimal) else str(value)


# --- dates ---


@register.filter
def spoken_date(value: dt.date | dt.datetime | None) -> str:
    """ "Freitag, 4. Oktober, 16:30 Uhr"."""
    return dates.spoken(value) if value else ""


@register.simple_tag
def when(value: dt.date | dt.datetime | None, short: bool = False) -> SafeString | str:
    """A ``time`` element with the date as people say it."""
    if not value:
        return ""
    text = dates.day(value, weekday=False) if short else dates.spoken(value)
    return format_html('<time datetime="{}">{}</time>', dates.machine(value), text)


# --- forms ---


@register.simple_tag
def field(bound: BoundField, wide: bool = False, hide_label: bool = False) -> SafeString:
    """Label, hint, input, counter and error of one form field."""
    return _render("field", fields.context(bound, wide=wide, hide_label=hide_label))


@register.simple_tag
def fields_of(form: forms.BaseForm, only: str = "") -> SafeString:
    """All fields of a form in their order, or those named in ``only`` (separated by spaces)."""
    wanted = only.split()
    chosen = [form[name] for name in wanted] if wanted else list(form)
    return mark_safe("".join(field(bound) for bound in chosen))  # noqa: S308


@register.simple_tag
def choice(option: Any, kind: str, wrong: bool, describe: str) -> SafeString:
    """One radio button or checkbox of a group (used by the field template)."""
    return fields.option_widget(option, kind=kind, wrong=wrong, describe=describe)


@register.simple_tag
def error_summary(*form_list: forms.BaseForm) -> SafeString | str:
    """What is not right yet, with links to the fields; stands on top of the form and takes the focus."""
    lines = [line for form in form_list if form.is_bound for line in fields.error_lines(form)]
    return _render("error_summary", {"lines": lines, "title": fields.summary_title(len(lines))}) if lines else ""


@register.simple_tag
def submit(label: str, kind: str = "primary", name: str = "", value: str = "", icon: str = "") -> SafeString:
    """A button that sends the form. A page has one of kind primary; others are secondary or tertiary."""
    return _render(
        "button", {"label": label, "kind": kind, "name": name, "value": value, "icon": icon, "submits": True}
    )


@register.simple_tag
def button(label: str, url: str = "", kind: str = "secondary", icon: str = "", shortcut: str = "") -> SafeString:
    """A link that looks like a button (with ``url``), or a button for scripts."""
    return _render("button", {"label": label, "url": url, "kind": kind, "icon": icon, "shortcut": shortcut})


# --- words about state ---


@register.simple_block_tag
def notice(content: str, kind: str = "info", title: str = "") -> SafeString:
    """A remark that matters: info, success, warning, danger or quiet."""
    return _render("notice", {"content": content, "kind": kind, "title": title, "icon": NOTICE_ICONS[kind]})


@register.simple_tag
def status(word: str, kind: str = "neutral", since: dt.date | dt.datetime | None = None, icon: str = "") -> SafeString:
    """A status: a word and its date, never a colour alone. ``kind``: neutral, info, success, warning, danger."""
    return _render("status", {"word": word, "kind": kind, "since": since, "icon": icon or STATUS_ICONS[kind]})


@register.simple_tag
def author(name: str, written_at: dt.datetime | None = None, office: str = "", origin: str = "") -> SafeString:
    """Who wrote it and when; ``office`` marks an answer of the town, ``origin`` a contribution on paper."""
    return _render("author", {"name": name, "written_at": written_at, "office": office, "origin": origin})


@register.simple_block_tag
def empty(content: str, title: str, icon: str = "list") -> SafeString:
    """Why a list is empty, and what one can do."""
    return _render("empty", {"content": content, "title": title, "icon": icon})


# --- ways through ---


@register.simple_tag
def breadcrumb(*trail: str) -> SafeString:
    """Title and address by turns, the last title without: ``{% breadcrumb "Ideen" list_url idea.title %}``."""
    steps = [{"title": trail[i], "url": trail[i + 1] if i + 1 < len(trail) else ""} for i in range(0, len(trail), 2)]
    return _render("breadcrumb", {"steps": steps})


@register.simple_tag
def door_breadcrumb(door: str, *trail: str) -> SafeString:
    """The same for pages behind a door of the home page: ``{% door_breadcrumb "know" "Messwerte" %}``."""
    title, _, _, slug = DOORS[Door(door)]
    return breadcrumb(title, reverse("ui-door", args=[slug]), *trail)


@register.simple_tag
def staff_breadcrumb(*trail: str) -> SafeString:
    """The same for pages of staff, which lie below their desk."""
    return breadcrumb(gettext("Desk"), reverse("ui-desk"), *trail)


@register.simple_tag
def tabs(items: Sequence[Mapping[str, Any]], label: str) -> SafeString:
    """Views of the same thing as links: items with title, url, current, count and icon."""
    return _render("tabs", {"items": items, "label": label})


@register.simple_tag(takes_context=True)
def pagination(context: Context, page: Page[Any], name: str = "page") -> SafeString:
    """Pages of a list; keeps the filters in the address."""
    query = context["request"].GET.copy() if "request" in context else None

    def address(number: int) -> str:
        if query is None:
            return f"?{name}={number}"
        query[name] = str(number)
        return f"?{query.urlencode()}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    items = [
        {"number": number, "url": address(number) if isinstance(number, int) else "", "here": number == page.number}
        for number in numbers
    ]
    return _render("pagination", {
        "items": items, "several": page.paginator.num_pages > 1,
        "previous": address(page.number - 1) if page.has_previous() else "",
        "next": address(page.number + 1) if page.has_next() else "",
    })  # fmt: skip


@register.simple_tag
def steps(titles: Iterable[str], current: int) -> SafeString:
    """Where one stands in a task of several steps; ``current`` counts from 1."""
    items = [{"title": t, "done": n < current, "current": n == current} for n, t in enumerate(titles, 1)]
    return _render("stepper", {"items": items, "current": current})


@register.simple_tag
def timeline(entries: Iterable[Mapping[str, Any]]) -> SafeString:
    """What happened and what comes: entries with title, date, text, state (done, now, ahead) and author."""
    return _render("timeline", {"entries": entries})


# --- things in lists ---


@register.simple_tag
def key_values(pairs: Iterable[tuple[str, Any]], wide: bool = False) -> SafeString:
    """Facts of one thing, each with its name."""
    return _render(
        "key_values", {"pairs": [(key, value) for key, value in pairs if value not in (None, "")], "wide": wide}
    )


@register.simple_tag
def comments(thread: Iterable[Mapping[str, Any]], label: str = "") -> SafeString:
    """A thread: items with id, author, written_at, text, office, replies (the same again) and reply_url."""
    return _render("comments", {"thread": thread, "label": label, "top": True})


@register.simple_tag
def work_list(items: Iterable[Mapping[str, Any]], label: str) -> SafeString:
    """A clerk's list: items with title, url, meta (list of texts), age, late and current; j and k walk through it."""
    return _render("work_list", {"items": items, "label": label})


@register.simple_tag
def data_table(
    columns: Sequence[Mapping[str, Any]], rows: Sequence[Sequence[Any]], caption: str, sortable: bool = False
) -> SafeString:
    """A table: columns with title, unit and numeric; the first cell of a row names it."""
    body = [[{"value": value, "column": column} for value, column in zip(row, columns, strict=True)] for row in rows]
    return _render("table", {
        "columns": columns, "rows": body, "caption": caption, "sortable": sortable, "id": slugify(caption),
    })  # fmt: skip


@register.simple_tag
def diff(before: str, after: str) -> SafeString:
    """What changed between two texts, word by word."""
    return _render("diff", {"marked": differences(before, after), "same": before == after})


# --- frames ---


@register.simple_tag(takes_context=True)
def frame(context: Context, name: str) -> SafeString:
    """A template that is the same for all visitors of one kind: header and footer (``ui/frame.py``)."""
    return framed(name, context)


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> SafeString:
    """A native dialog; a button with ``data-opens="id"`` opens it."""
    return _render("dialog", {"content": content, "id": id, "title": title})


@register.simple_block_tag(takes_context=True)
def filter_bar(context: Context, content: str, label: str, target: str = "", reset: str = "") -> SafeString:
    """Filters of a list: a GET form; with ``target`` (id of the list) only that part is fetched again."""
    request = context.get("request")
    return _render("filter_bar", {
        "content": content, "label": label, "target": target, "reset": reset,
        "action": request.path if request is not None else "",
    })  # fmt: skip


@register.simple_tag(takes_context=True)
def map(
    context: Context, *, src: str = "", label: str = "", mode: str = "view", selected: str = "", height: str = "",
    latitude: str = "", longitude: str = "", list_id: str = "", districts: str = "", search: str = "",
) -> SafeString:  # fmt: skip
    """A map: ``mode`` view (features of the GeoJSON at ``src``) or pick (writes into the inputs named by
    ``latitude`` and ``longitude``). ``list_id`` names the list beside it, whose items carry data-feature-id."""
    town = context.get("municipality")
    return _render("map", {
        "src": src, "label": label, "mode": mode, "selected": selected, "height": height, "latitude": latitude,
        "longitude": longitude, "list_id": list_id, "districts": districts, "search": search,
        "centre": f"{town.map_centre.x:.6f},{town.map_centre.y:.6f}" if town else "", "zoom": town.map_zoom if town else 12,
    })  # fmt: skip
