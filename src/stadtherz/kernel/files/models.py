# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A picture that somebody handed in. The row knows it; the bytes lie in the file store under the name of their digest."""

from __future__ import annotations

import secrets

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.municipalities.tenancy import TownModel
from stadtherz.kernel.people.models import Person

WIDTHS = (320, 640, 1280)


def new_token() -> str:
    """128 random bits: the address of a picture cannot be guessed."""
    return secrets.token_urlsafe(16)


class Picture(TownModel):
    """A re-encoded picture without metadata. Only its owner and moderators see it until ``is_public``."""

    owner = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    token = models.CharField(_("name in its address"), max_length=32, unique=True, default=new_token, editable=False)
    sha256 = models.CharField(_("digest"), max_length=64)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    bytes = models.PositiveIntegerField(_("size in bytes"))
    alternative_text = models.CharField(
        _("description"), max_length=300, blank=True, help_text=_("What can be seen, for those who cannot see it.")
    )
    is_public = models.BooleanField(_("visible to everybody"), default=False)
    created_at = models.DateTimeField(_("handed in"), default=timezone.now)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        indexes = [
            models.Index(fields=["municipality", "sha256"], name="picture_digest"),
            models.Index(fields=["municipality", "owner"], name="picture_owner"),
        ]

    def __str__(self) -> str:
        return self.alternative_text or self.token

    @property
    def widths(self) -> list[int]:
        """Widths in which the picture is stored, smallest first; the last one is its own."""
        return [*(width for width in WIDTHS if width < self.width), self.width]

    def url_of(self, width: int) -> str:
        """Address of the rendition with this width."""
        return reverse("picture", args=[self.token, str(width)])

    @property
    def url(self) -> str:
        """Address of the largest rendition."""
        return self.url_of(self.width)

    @property
    def thumbnail_url(self) -> str:
        """Address of the smallest rendition."""
        return self.url_of(self.widths[0])

    @property
    def srcset(self) -> str:
        """All renditions, as ``srcset`` of HTML wants them."""
        return ", ".join(f"{self.url_of(width)} {width}w" for width in self.widths)
