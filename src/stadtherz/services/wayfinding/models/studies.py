# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Studies for planners: a counting of all everyday trips, the barriers that it ranked, and the facts that it missed.

A study keeps everything by which it can be repeated: map, surveyed facts, seed, the figures of each profile. It holds
no trip of anybody: addresses are those of the map, and only sums are kept.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.gis.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.municipalities.tenancy import TownModel
from stadtherz.services.wayfinding.studies.vocabulary import StudyState


class Study(TownModel):
    """One counting."""

    state = models.CharField(_("state"), max_length=10, choices=StudyState.choices, default=StudyState.WAITING)
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("ordered by"), null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip
    ordered_at = models.DateTimeField(_("ordered"), default=timezone.now)
    began_at = models.DateTimeField(_("began"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    extract = models.CharField(_("map"), max_length=80, blank=True)
    map_day = models.CharField(_("state of the map"), max_length=40, blank=True)
    facts_version = models.BigIntegerField(_("version of the surveyed facts"), default=0)
    method = models.PositiveSmallIntegerField(_("version of the method"), default=0)
    seed = models.PositiveIntegerField(_("seed"), default=1)
    addresses = models.PositiveIntegerField(_("addresses"), default=0)
    street_points = models.PositiveIntegerField(_("points on streets without house numbers"), default=0)
    places = models.PositiveIntegerField(_("public places"), default=0)
    sampled = models.PositiveIntegerField(_("addresses in the sample"), default=0)
    seconds = models.FloatField(_("seconds"), default=0)
    problem = models.CharField(_("problem"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("study")
        verbose_name_plural = _("studies")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.pk}: {self.get_state_display()}"


class StudiedProfile(TownModel):
    """What a study found for one profile as a whole."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="profiles")
    profile = models.CharField(_("profile"), max_length=40)
    figures = models.CharField(_("fingerprint of its limits"), max_length=16)
    trips = models.PositiveIntegerField(_("trips"))
    joined = models.PositiveIntegerField(_("trips with a way there and back"))
    severed = models.PositiveIntegerField(_("trips that the map does not join at all"))
    astray = models.PositiveIntegerField(_("addresses with no way near"))

    class Meta:
        verbose_name = _("studied profile")
        verbose_name_plural = _("studied profiles")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["study", "profile"], name="studied_profile_once")]

    def __str__(self) -> str:
        return self.profile


class RankedBarrier(TownModel):
    """A barrier and what mending it would open to a profile."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="barriers")
    profile = models.CharField(_("profile"), max_length=40)
    key = models.CharField(max_length=80)
    #: where it is, without what it is: the same for all profiles
    spot = models.CharField(max_length=60)
    name = models.CharField(_("street"), max_length=200, blank=True)
    #: [limit, value or null, asked or null], in the units of the profile
    facts = models.JSONField(_("broken limits"))
    only_unknown = models.BooleanField(_("nobody knows whether it is one"), default=False)
    metres = models.FloatField(_("metres"))
    trips = models.PositiveIntegerField(_("trips that it opens"))
    addresses = models.PositiveIntegerField(_("addresses from which"))
    shortened = models.PositiveIntegerField(_("trips that get much shorter"))
    stands_in = models.PositiveIntegerField(_("trips in whose way it stands"))
    together = models.JSONField(_("keys of others that must be mended too"), default=list)
    trips_together = models.PositiveIntegerField(_("trips that they open together"), default=0)
    instead = models.JSONField(_("keys of others that open the same trips"), default=list)
    point = models.PointField(_("place"))
    line = models.MultiLineStringField(_("course"))

    class Meta:
        verbose_name = _("ranked barrier")
        verbose_name_plural = _("ranked barriers")
        ordering = ["-trips", "-shortened", "key"]
        constraints = [models.UniqueConstraint(fields=["study", "profile", "key"], name="ranked_barrier_once")]

    def __str__(self) -> str:
        return self.key


class MissingFact(TownModel):
    """Something that nobody knows and that decides the ways of many."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="missing")
    question = models.CharField(_("question"), max_length=20)
    way = models.BigIntegerField(_("number of the way"))
    side = models.PositiveSmallIntegerField(_("side"), default=0)
    junction = models.BigIntegerField(_("number of the junction"), default=0)
    kind = models.PositiveSmallIntegerField(_("kind of way"), default=0)
    name = models.CharField(_("street"), max_length=200, blank=True)
    metres = models.FloatField(_("metres"))
    trips = models.PositiveIntegerField(_("trips that depend on it"))
    profiles = models.JSONField(_("profiles"), default=list)
    point = models.PointField(_("place"))
    line = models.MultiLineStringField(_("course"))

    class Meta:
        verbose_name = _("missing fact")
        verbose_name_plural = _("missing facts")
        ordering = ["-trips", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["study", "question", "way", "side", "junction"], name="missing_fact_once")
        ]
        indexes = [models.Index(fields=["study", "-trips"], name="missing_fact_trips")]

    def __str__(self) -> str:
        return f"{self.question} {self.way}"
