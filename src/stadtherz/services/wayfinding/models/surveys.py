# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people found out on the spot about kerbs, widths, slopes and steps, and the number by which processes notice."""

from __future__ import annotations

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.municipalities.tenancy import TownModel
from stadtherz.services.wayfinding.surveys.vocabulary import AnswerState


class SurveyAnswer(TownModel):
    """An answer about one spot of the map, in the unit of the walking graph. Once accepted it counts on every way."""

    question = models.CharField(_("question"), max_length=20)
    value = models.IntegerField(_("answer"))
    way = models.BigIntegerField(_("number of the way"))
    side = models.PositiveSmallIntegerField(_("side"), default=0)
    junction = models.BigIntegerField(_("number of the junction"), default=0)
    name = models.CharField(_("street"), max_length=200, blank=True)
    point = models.PointField(_("place"))
    #: degrees from north in which the way was drawn there, for the sign of a slope; nobody noted it in older answers
    heading = models.PositiveSmallIntegerField(_("direction of the way"), null=True, blank=True)
    found_on = models.DateField(_("found out on"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("answered by"), null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip
    by_staff = models.BooleanField(_("measured by the town"), default=False)
    note = models.CharField(_("remark"), max_length=300, blank=True)
    #: handed in with the answer; only staff sees it until a moderator has released it
    picture = models.ForeignKey(
        "files.Picture", verbose_name=_("picture"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(_("state"), max_length=10, choices=AnswerState.choices, default=AnswerState.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    created_at = models.DateTimeField(_("came in"), default=timezone.now)
    submission_key = models.UUIDField(_("key of the form"))

    class Meta:
        verbose_name = _("answer of a survey")
        verbose_name_plural = _("answers of surveys")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "submission_key"], name="survey_answer_once"),
        ]
        indexes = [
            models.Index(fields=["municipality", "question", "way", "side", "junction"], name="survey_answer_spot"),
            models.Index(
                fields=["municipality", "created_at"], condition=Q(state="waiting"), name="survey_answer_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.way}: {self.value}"

    @property
    def token(self) -> str:
        """The question at its spot as one word for addresses."""
        return f"{self.question}.{self.way}.{self.side}.{self.junction}"


class FactsVersion(TownModel):
    """One row a town. Its number grows when an answer is accepted or taken back, in the same transaction."""

    number = models.BigIntegerField(_("number"), default=0)

    class Meta:
        verbose_name = _("version of the surveyed facts")
        verbose_name_plural = _("versions of the surveyed facts")
        constraints = [models.UniqueConstraint(fields=["municipality"], name="facts_version_once")]

    def __str__(self) -> str:
        return str(self.number)
