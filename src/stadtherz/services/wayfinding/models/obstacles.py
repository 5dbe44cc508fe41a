# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Obstacles, the voices about them, the feeds that bring them, and the number by which processes notice a change."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.municipalities.tenancy import TownManager, TownModel
from stadtherz.services.wayfinding.obstacles.vocabulary import OPEN, Effect, Kind, Source, State

TITLE_LENGTH = 120
TEXT_LENGTH = 2000


class ObstacleFeed(TownModel):
    """An address that tells obstacles as GeoJSON, such as the states of lifts; asked every few minutes."""

    name = models.CharField(_("name"), max_length=TITLE_LENGTH)
    url = models.URLField(_("address"), max_length=500)
    kind = models.CharField(_("kind where the feed says none"), max_length=20, choices=Kind.choices, default=Kind.LIFT)
    effect = models.CharField(
        _("meaning where the feed says none"), max_length=10, choices=Effect.choices, default=Effect.CLOSED
    )
    is_active = models.BooleanField(_("is asked"), default=True)
    asked_at = models.DateTimeField(_("last asked"), null=True, blank=True, editable=False)
    worked_at = models.DateTimeField(_("last understood"), null=True, blank=True, editable=False)
    problem = models.CharField(_("problem"), max_length=500, blank=True, editable=False)

    class Meta:
        verbose_name = _("feed of obstacles")
        verbose_name_plural = _("feeds of obstacles")
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["municipality", "url"], name="obstacle_feed_once")]

    def __str__(self) -> str:
        return self.name


class CountsAt(Func):
    """Whether a row counts at a moment by its ``moments``: an odd number of them has passed. Null where it has none."""

    template = "(mod(width_bucket(%(expressions)s), 2) = 1)"
    output_field = models.BooleanField()

    def __init__(self, at: datetime, **extra: Any) -> None:
        super().__init__(Value(at, models.DateTimeField()), F("moments"), **extra)


class ObstacleQuerySet(models.QuerySet["Obstacle"]):
    """Obstacles, narrowed in the words of the service."""

    def open(self, at: datetime | None = None) -> Self:
        """What counts now or will count: current and coming."""
        return self.filter(state__in=OPEN, ends__gt=at or timezone.now())

    def current(self, at: datetime | None = None) -> Self:
        """What counts at this moment."""
        at = at or timezone.now()
        return self.open(at).filter(Q(begins__lte=at), Q(moments__isnull=True) | Q(CountsAt(at)))

    def coming(self, at: datetime | None = None) -> Self:
        """What begins later, also again."""
        at = at or timezone.now()
        return self.open(at).filter(Q(begins__gt=at) | (Q(moments__isnull=False) & ~Q(CountsAt(at))))


class ObstacleManager(TownManager.from_queryset(ObstacleQuerySet)):  # type: ignore[misc]
    """Obstacles of the active municipality."""


class Obstacle(TownModel):
    """Something in the way, where, and from when until when. What recurs has a rule (``obstacles.weekly``), and the moments
    at which it begins and ends by turns, worked out when the rule is written; ``begins`` and ``ends`` are the first and the last of
    them. ``text`` and ``picture`` stand here only once they are public; what waits for a moderator waits in its case."""

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    effect = models.CharField(_("meaning"), max_length=10, choices=Effect.choices)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.REPORTED)
    geometry = models.GeometryField(_("place"))
    reach_m = models.PositiveSmallIntegerField(_("metres around it"), default=8)
    title = models.CharField(_("short name"), max_length=TITLE_LENGTH, blank=True)
    place_label = models.CharField(_("place in words"), max_length=200, blank=True)
    text = models.TextField(_("text"), max_length=TEXT_LENGTH, blank=True)
    picture = models.ForeignKey(
        "files.Picture", verbose_name=_("picture"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    begins = models.DateTimeField(_("begins"), default=timezone.now)
    ends = models.DateTimeField(_("ends"))
    weekly = models.JSONField(_("recurs"), null=True, blank=True, editable=False)
    moments = ArrayField(models.DateTimeField(), null=True, blank=True, editable=False)

    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("reported by"), null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip
    feed = models.ForeignKey(
        ObstacleFeed, verbose_name=_("feed"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    feed_key = models.CharField(_("name in the feed"), max_length=200, blank=True)
    still_there = models.PositiveIntegerField(_("voices “still there”"), default=0)
    gone = models.PositiveIntegerField(_("voices “gone”"), default=0)
    doubted_at = models.DateTimeField(_("somebody should look"), null=True, blank=True)
    created_at = models.DateTimeField(_("reported"), default=timezone.now)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)
    #: the state before the last change by staff, for undoing it
    before = models.JSONField(null=True, blank=True, editable=False)
    #: number of the town's change (``ObstacleVersion``) in which this row changed last
    version = models.BigIntegerField(default=0, editable=False)
    submission_key = models.UUIDField(_("key of the form"), null=True, blank=True, editable=False)

    objects: ClassVar[ObstacleManager] = ObstacleManager()

    class Meta:
        verbose_name = _("obstacle")
        verbose_name_plural = _("obstacles")
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("begins")), name="obstacle_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(weekly__isnull=True, moments__isnull=True) | Q(weekly__isnull=False, moments__isnull=False, moments__len__gt=0),
                name="obstacle_moments_of_a_rule",
            ),
            models.UniqueConstraint(
                fields=["municipality", "feed", "feed_key"], condition=Q(feed__isnull=False), name="obstacle_of_feed_once"
            ),
            models.UniqueConstraint(
                fields=["municipality", "reporter", "submission_key"], condition=Q(submission_key__isnull=False),
                name="obstacle_form_once",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["municipality", "version"], name="obstacle_version"),
            models.Index(
                fields=["municipality", "ends", "id"], condition=Q(state__in=["reported", "confirmed"]),
                name="obstacle_open",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title or f"{self.get_kind_display()} {self.pk}"

    def is_current(self, at: datetime | None = None) -> bool:
        """Whether it counts at this moment."""
        at = at or timezone.now()
        begins, ends = self.time_at(at)
        return self.state in OPEN and begins <= at < ends

    def time_at(self, at: datetime) -> tuple[datetime, datetime]:
        """The time that counts at this moment, else the next one, else the last."""
        if not self.moments:
            return self.begins, self.ends
        first = min(bisect_right(self.moments, at), len(self.moments) - 1) & ~1
        return self.moments[first], self.moments[first + 1]

    def times_after(self, at: datetime) -> list[tuple[datetime, datetime]]:
        """The times of what recurs that are not over, this one included."""
        moments = self.moments or []
        return list(zip(moments[::2], moments[1::2], strict=True))[bisect_right(moments[1::2], at) :]

    def is_open(self, at: datetime | None = None) -> bool:
        """Whether it counts now or will count."""
        return self.state in OPEN and (at or timezone.now()) < self.ends

    @property
    def is_confirmed(self) -> bool:
        """Whether ways keep clear of it."""
        return self.state == State.CONFIRMED


class ObstacleVoice(TownModel):
    """What somebody who came by says: still there, or gone. One a person; the last word counts."""

    obstacle = models.ForeignKey(Obstacle, on_delete=models.CASCADE, related_name="voices")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+"
    )
    still_there = models.BooleanField(_("still there"))
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("voice about an obstacle")
        verbose_name_plural = _("voices about obstacles")
        constraints = [models.UniqueConstraint(fields=["obstacle", "person"], name="obstacle_voice_once")]

    def __str__(self) -> str:
        return f"{self.obstacle_id}: {self.still_there}"


class ObstacleVersion(TownModel):
    """One row a town. Its number grows with every change of an obstacle, in the same transaction; its lock puts the
    changes in order, so that whoever has seen number n has seen everything up to n."""

    number = models.BigIntegerField(_("number"), default=0)

    class Meta:
        verbose_name = _("version of the obstacles")
        verbose_name_plural = _("versions of the obstacles")
        constraints = [models.UniqueConstraint(fields=["municipality"], name="obstacle_version_once")]

    def __str__(self) -> str:
        return str(self.number)
