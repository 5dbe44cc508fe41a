# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keys of other programs. A key is shown once; kept is its hash, and its beginning to recognise it by."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.municipalities.tenancy import TownModel


class ApiKey(TownModel):
    """Access of a program to the interface of one municipality."""

    label = models.CharField(_("used by"), max_length=100, help_text=_("Which program uses the key, and whom to ask."))
    prefix = models.CharField(_("begins with"), max_length=12, editable=False)
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=100), default=list, blank=True, verbose_name=_("may also"))
    issued_at = models.DateTimeField(_("issued"), default=timezone.now, editable=False)
    issued_by = models.BigIntegerField(_("issued by"), null=True, editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        verbose_name = _("key for the programming interface")
        verbose_name_plural = _("keys for the programming interface")
        ordering = ["-issued_at"]

    def __str__(self) -> str:
        return f"{self.label} ({self.prefix}…)"
