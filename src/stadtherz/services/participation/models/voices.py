# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What others add to an idea: supports, comments, and the wish to be told what becomes of it."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.municipalities.tenancy import TownManager, TownModel
from stadtherz.services.participation.models.idea import Idea, PaperSheet
from stadtherz.services.participation.states import Origin, Visibility

COMMENT_LENGTH = 3000
DEEPEST = 3


class Support(TownModel):
    """One person is for one idea. Without a person: the account was deleted after the process had ended."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="supports")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    origin = models.CharField(_("came in"), max_length=10, choices=Origin.choices, default=Origin.WEB)
    sheet = models.ForeignKey(PaperSheet, null=True, blank=True, on_delete=models.PROTECT, related_name="supports")
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("support")
        verbose_name_plural = _("supports")
        constraints = [models.UniqueConstraint(fields=["idea", "person"], name="support_once")]

    def __str__(self) -> str:
        return f"{self.idea_id}: {self.origin}"


class CommentQuerySet(models.QuerySet["Comment"]):
    """Comments, narrowed in the words of the service."""

    def released(self) -> Self:
        """What everybody may see."""
        return self.filter(visibility=Visibility.RELEASED)


class CommentManager(TownManager.from_queryset(CommentQuerySet)):  # type: ignore[misc]
    """Comments of the active municipality."""


class Comment(TownModel):
    """A remark on an idea, or an answer to another remark. Public once a moderator released it."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies")
    thread = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="+", help_text=_("First of its thread.")
    )
    depth = models.PositiveSmallIntegerField(_("depth"), default=0)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    origin = models.CharField(_("came in"), max_length=10, choices=Origin.choices, default=Origin.WEB)
    text = models.TextField(_("text"), max_length=COMMENT_LENGTH)
    visibility = models.CharField(
        _("visibility"), max_length=20, choices=Visibility.choices, default=Visibility.WAITING
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    submission_key = models.UUIDField(_("key of the form"), null=True, blank=True, editable=False)

    objects: ClassVar[CommentManager] = CommentManager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "author", "submission_key"],
                condition=Q(submission_key__isnull=False),
                name="comment_form_once",
            ),
            models.CheckConstraint(
                condition=~Q(visibility=Visibility.RELEASED) | Q(released_at__isnull=False),
                name="comment_released_when",
            ),
        ]
        indexes = [
            models.Index(fields=["idea", "released_at", "id"], name="comment_in_order"),
            models.Index(fields=["author", "-created_at"], name="comment_of_author"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Follow(TownModel):
    """A person wants to be told what becomes of an idea."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="follows")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+"
    )
    at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        constraints = [models.UniqueConstraint(fields=["idea", "person"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.idea_id}"
