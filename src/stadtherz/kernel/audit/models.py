# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The record's rows, and its head: how many rows there are and the hash of the last, kept in a second place.

A row is written at once and sealed when its transaction commits: the database itself (migration 0002) gives it the next
number and the hash of its predecessor. So no lock is held while a verb still works, two verbs cannot wait for each other
because of the record, and numbers follow the order of the commits.
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.municipalities.tenancy import TownModel


class AuditEntry(TownModel):
    """One thing that somebody did. ``number`` and both hashes are empty until the transaction commits.

    ``actor`` is a person's number and no foreign key: a name is never stored, and an erased account leaves a number.
    """

    append_only = True

    number = models.BigIntegerField(_("number"), null=True, editable=False)
    at = models.DateTimeField(_("time"), default=timezone.now)
    actor = models.BigIntegerField(
        _("by"), null=True, help_text=_("Number of the account; empty: the platform itself.")
    )
    action = models.CharField(_("action"), max_length=100)
    subject = models.CharField(_("subject"), max_length=200)
    detail = models.JSONField(_("details"), default=dict)
    content_hash = models.CharField(max_length=64, editable=False)
    previous_hash = models.CharField(max_length=64, null=True, editable=False)
    hash = models.CharField(max_length=64, null=True, editable=False)

    class Meta:
        verbose_name = _("entry in the record")
        verbose_name_plural = _("record of decisions")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["municipality", "number"], name="audit_number_once")]
        indexes = [models.Index(fields=["municipality", "subject"], name="audit_by_subject")]

    def __str__(self) -> str:
        return f"{self.number}: {self.action} {self.subject}"


class AuditHead(TownModel):
    """The last number and hash of a municipality. Only the sealing function writes here; the web role may not."""

    append_only = True

    count = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("head of the record")
        constraints = [models.UniqueConstraint(fields=["municipality"], name="audit_one_head")]

    def __str__(self) -> str:
        return f"{self.count}: {self.hash}"
