# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The record of processing activities (GDPR Art. 30 (1)), written from the declarations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stadtherz.kernel.privacy import words
from stadtherz.kernel.privacy.declarations import Declared, reasons_to_declare
from stadtherz.kernel.registry.declaration import PersonalData


@dataclass(frozen=True, slots=True)
class Process:
    """One line of the record."""

    room: str
    title: str
    purpose: str
    columns: str
    retention: str
    handed_out: bool
    erased: bool

    @staticmethod
    def headings() -> list[str]:
        """Of the table, in the reader's language."""
        return [
            _("Room or service"), _("Data"), _("Purpose (Art. 30 (1) b)"), _("Categories of data (c)"),
            _("Time limit for erasure (f)"), _("Handed out on request (Art. 15)"), _("Erased with the account (Art. 17)"),
        ]  # fmt: skip

    def cells(self) -> list[str]:
        """Of one row, as texts."""
        yes, no = _("yes"), _("no")
        return [
            self.room, self.title, self.purpose, self.columns, self.retention,
            yes if self.handed_out else no, yes if self.erased else no,
        ]  # fmt: skip


def retention_text(data: PersonalData) -> str:
    """The declaration's own words, or "90 days", "2 years", or that it goes with the account."""
    days = data.retention_days
    if not data.used:
        return "–"
    if data.kept:
        return str(data.kept)
    if days is None:
        return _("until the account is deleted")
    if days >= 365 and days % 365 == 0:
        return ngettext("%(count)d year", "%(count)d years", days // 365) % {"count": days // 365}
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def processes_of(entries: Iterable[Declared]) -> list[Process]:
    """One line for each declared table."""
    return [
        Process(
            room=words.room(entry.model._meta.app_label),
            title=words.table(entry.data.model, entry.model._meta.verbose_name_plural),
            purpose=str(entry.data.purpose),
            columns=", ".join(
                words.column(str(entry.model._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
                for name in reasons_to_declare(entry.model)
            ),
            retention=retention_text(entry.data),
            handed_out=bool(entry.data.export),
            erased=bool(entry.data.erase),
        )
        for entry in entries
    ]
