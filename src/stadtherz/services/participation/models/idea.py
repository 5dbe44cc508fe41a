# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""An idea, the town's answers to it, and the paper sheet it may have come in on."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.search import SearchVectorField
from django.db.models import Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.language.fields import TextVariants
from stadtherz.kernel.municipalities.tenancy import TownManager, TownModel
from stadtherz.services.participation.models.process import Category, Process
from stadtherz.services.participation.states import Origin, Status, Visibility

TITLE_LENGTH = 120  # of what is written here; titles of earlier platforms may be longer
LONGEST_TITLE = 250
TEXT_LENGTH = 6000
ANSWER_LENGTH = 6000


class PaperSheet(TownModel):
    """One sheet of paper that a clerk entered, so that it can be found, recounted and undone as a whole."""

    number = models.PositiveIntegerField(_("number"))
    clerk = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("entered by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(_("entered"), default=timezone.now)
    signed_on = models.DateField(_("last day of signing"), default=timezone.localdate)
    note = models.CharField(
        _("note"), max_length=200, blank=True, help_text=_("Where the sheet lay, where it is kept.")
    )
    lines = models.PositiveSmallIntegerField(_("lines on the sheet"), default=0)
    already_counted = models.PositiveSmallIntegerField(_("lines of people who were counted before"), default=0)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    submission_key = models.UUIDField(_("key of the form"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("paper sheet")
        verbose_name_plural = _("paper sheets")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "number"], name="sheet_number_once"),
            models.UniqueConstraint(
                fields=["municipality", "submission_key"],
                condition=Q(submission_key__isnull=False),
                name="sheet_form_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)


class IdeaQuerySet(models.QuerySet["Idea"]):
    """Ideas, narrowed in the words of the service."""

    def released(self) -> Self:
        """What everybody may see."""
        return self.filter(visibility=Visibility.RELEASED)


class IdeaManager(TownManager.from_queryset(IdeaQuerySet)):  # type: ignore[misc]
    """Ideas of the active municipality, without the search column: it is large, and only the database reads it."""

    def get_queryset(self) -> IdeaQuerySet:
        return super().get_queryset().defer("search")


class Idea(TownModel):
    """A proposal to the town. Nothing of it is public before a moderator released it."""

    process = models.ForeignKey(Process, verbose_name=_("process"), on_delete=models.PROTECT, related_name="ideas")
    category = models.ForeignKey(
        Category, verbose_name=_("category"), null=True, blank=True, on_delete=models.SET_NULL, related_name="ideas"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    origin = models.CharField(_("came in"), max_length=10, choices=Origin.choices, default=Origin.WEB)
    sheet = models.ForeignKey(PaperSheet, null=True, blank=True, on_delete=models.PROTECT, related_name="ideas")

    title = models.CharField(_("title"), max_length=LONGEST_TITLE)
    text = models.TextField(_("text"), max_length=TEXT_LENGTH)
    place = models.PointField(_("place"), null=True, blank=True)
    place_label = models.CharField(_("place in words"), max_length=200, blank=True)
    district = models.ForeignKey(
        "geo.District", verbose_name=_("district"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.RECEIVED)
    visibility = models.CharField(
        _("visibility"), max_length=20, choices=Visibility.choices, default=Visibility.WAITING
    )
    created_at = models.DateTimeField(_("submitted"), default=timezone.now)
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)

    # Kept by the verbs in the statement that adds or removes a voice; `manage participation recount` checks them.
    support_count = models.PositiveIntegerField(_("supports"), default=0)
    comment_count = models.PositiveIntegerField(_("comments"), default=0)

    submission_key = models.UUIDField(_("key of the form"), null=True, blank=True, editable=False)
    source_key = models.CharField(_("key at the source"), max_length=200, null=True, blank=True)
    source_url = models.URLField(_("address at the source"), max_length=500, blank=True)
    search = models.GeneratedField(
        expression=Func("title", "text", function="participation_search"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects: ClassVar[IdeaManager] = IdeaManager()

    class Meta:
        verbose_name = _("idea")
        verbose_name_plural = _("ideas")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "source_key"], condition=Q(source_key__isnull=False), name="idea_source_once"
            ),
            models.UniqueConstraint(
                fields=["municipality", "author", "submission_key"],
                condition=Q(submission_key__isnull=False),
                name="idea_form_once",
            ),
            models.CheckConstraint(
                condition=~Q(visibility=Visibility.RELEASED) | Q(released_at__isnull=False), name="idea_released_when"
            ),
        ]
        # None on support_count: each click would write into every index of the row (no heap-only update). Sorting a few
        # thousand ideas takes a millisecond.
        indexes = [
            models.Index(
                fields=["municipality", "-released_at", "-id"],
                condition=Q(visibility=Visibility.RELEASED),
                name="idea_newest",
            ),
            models.Index(fields=["author", "-created_at"], name="idea_of_author"),
        ]  # none for the search: the row lock would keep it unused (docs/adr/0043)

    def __str__(self) -> str:
        return self.title

    @property
    def is_released(self) -> bool:
        """Whether everybody can see it."""
        return self.visibility == Visibility.RELEASED


class IdeaPicture(TownModel):
    """A picture that an idea shows; the bytes and the alternative text are ``kernel/files``' matter."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="pictures")
    picture = models.ForeignKey("files.Picture", on_delete=models.CASCADE, related_name="+")
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("picture of an idea")
        verbose_name_plural = _("pictures of an idea")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["idea", "picture"], name="idea_picture_once")]

    def __str__(self) -> str:
        return f"{self.idea_id}: {self.picture_id}"


class StatusChange(TownModel):
    """An official answer: a dated entry on the idea's timeline."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="answers")
    status = models.CharField(_("status"), max_length=20, choices=Status.choices)
    at = models.DateTimeField(_("at"), default=timezone.now)
    answer = TextVariants(_("answer"))
    office = models.CharField(_("office"), max_length=120)
    corrected_at = models.DateTimeField(_("corrected"), null=True, blank=True)
    first_words = TextVariants(_("words before the first correction"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("entered by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("official answer")
        verbose_name_plural = _("official answers")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["municipality", "-at"], name="answer_newest")]

    def __str__(self) -> str:
        return f"{self.get_status_display()} ({self.at:%Y-%m-%d})"
