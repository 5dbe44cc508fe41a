# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two who edit the same: what somebody else has saved since a form was opened is told at its field, before it is overwritten.

A form carries a short sign of each value that it told (``signs``). Whoever saves compares them with what is stored then: the form,
to tell it beside what was written there (``KnowsSeen``), and the verb once more under its lock (``changed_since``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _


class ChangedMeanwhile(Exception):
    """Somebody else has saved it while the form was open."""


def signs(stored: Mapping[str, Any]) -> str:
    """A short sign of each value by its name: another one after each change. Nobody reads a value out of it."""
    return " ".join(f"{name}:{_sign(stored[name])}" for name in sorted(stored))


def changed_since(seen: str, stored: Mapping[str, Any]) -> set[str]:
    """The names whose value is another one than the page told that sent these signs; none for who sends no signs."""
    told = set(seen.split())
    return {name for name, value in stored.items() if f"{name}:{_sign(value)}" not in told} if told else set()


def _sign(value: Any) -> str:
    return sha256(json.dumps(value, default=_plain, sort_keys=True).encode()).hexdigest()[:12]


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else str(value)


def value_words(value: Any) -> str:
    """A value as a form says it."""
    if isinstance(value, bool):
        return _("ticked") if value else _("not ticked")
    if isinstance(value, (list, tuple)):
        value = ", ".join(map(str, value))
    return str(value) if value not in {None, ""} else _("nothing")


def saved_words(value: str) -> str:
    """What stands at the field."""
    words = _("Meanwhile this has been saved here: %(value)s. If you save again, what you have written counts.")
    return words % {"value": value}


class KnowsSeen(forms.BaseForm):
    """Beside ``forms.Form`` or ``forms.ModelForm``, for a form that changes what is stored.

    Such a form calls ``show_seen`` at the end of ``__init__`` and ``check_seen`` at the end of ``clean``; its template writes ``form.seen``.
    """

    def stored(self) -> Mapping[str, Any]:
        """What is stored now, by field, each as ``cleaned_data`` would have it."""
        raise NotImplementedError

    def stored_words(self, name: str, value: Any) -> str:
        """A stored value as the form says it."""
        return value_words(value)

    def show_seen(self) -> None:
        """Tell the page what it tells."""
        self.fields["seen"] = forms.CharField(widget=forms.HiddenInput, required=False)
        self.initial["seen"] = signs(self.stored())

    def check_seen(
        self, known: dict[str, Any], mine: Mapping[str, Any] | None = None, leaving: Iterable[str] = ()
    ) -> None:
        """Tell what was saved meanwhile at its field, unless this form says the same there; nothing of the fields in ``leaving``.

        ``mine``: what the form says, where that is stored in another shape than ``known`` has it.
        """
        mine = known if mine is None else mine
        stored = self.stored()
        changed = changed_since(known.get("seen", ""), stored)
        if not changed:
            return
        known["seen"] = signs(stored)
        self.send_anew(seen=known["seen"])
        for name in self.fields:
            if (
                name in changed
                and name in mine
                and name not in set(leaving)
                and _sign(mine[name]) != _sign(stored[name])
            ):
                self.add_error(name, saved_words(self.stored_words(name, stored[name])))

    def send_anew(self, **hidden: str) -> None:
        """Who has read what is told may send again."""
        sent: Any = self.data
        self.data = sent = sent.copy()
        for name, value in hidden.items():
            sent[self.add_prefix(name)] = value
