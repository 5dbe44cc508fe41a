# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A case: one contribution (or one edit of it) on its way to the public; what was decided about it; reports about it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.moderation.reasons import BY_KEY
from stadtherz.kernel.moderation.states import Change, State
from stadtherz.kernel.municipalities.tenancy import TownModel
from stadtherz.kernel.people.models import Person

NEEDS_WORK = (
    Q(state=State.WAITING)
    | Q(state=State.RELEASED, open_reports__gt=0)
    | Q(state=State.RELEASED, take_down_proposed_at__isnull=False)
)


class Case(TownModel):
    """A contribution of ``kind`` (key of a ``ModeratedKind``) in the queue.

    ``before`` is what is public while an edit waits. ``revision`` grows with every change, so that a decision about an
    older state is noticed. ``waiting_since`` orders the work list: when it was submitted, reported or proposed.
    """

    kind = models.CharField(_("kind"), max_length=60)
    object_id = models.BigIntegerField(_("number of the contribution"))
    author = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("author"))
    content = models.JSONField(_("content"))
    before = models.JSONField(_("what is public now"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.WAITING)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    submitted_at = models.DateTimeField(_("submitted"), default=timezone.now)
    waiting_since = models.DateTimeField(_("waiting since"), default=timezone.now)
    claimed_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    claimed_at = models.DateTimeField(_("being read since"), null=True, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.SlugField(_("reason"), max_length=40, blank=True)
    reason_text = models.TextField(_("words to the author"), blank=True)
    take_down_proposed_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    take_down_proposed_at = models.DateTimeField(_("take-down proposed"), null=True, blank=True)
    open_reports = models.PositiveIntegerField(_("open reports"), default=0)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "kind", "object_id"], name="case_open_once",
                condition=Q(state__in=[State.WAITING, State.RETURNED]),
            )
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["municipality", "waiting_since", "id"], name="case_worklist", condition=NEEDS_WORK),
            models.Index(fields=["municipality", "kind", "object_id"], name="case_object"),
            models.Index(fields=["municipality", "author", "-submitted_at"], name="case_author"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"

    @property
    def is_edit(self) -> bool:
        """Whether an older version is public and stays so until this one is released."""
        return self.before is not None

    @property
    def title(self) -> str:
        """The first field: what a list shows."""
        fields = self.content.get("fields") or [{"text": ""}]
        return str(fields[0]["text"])


class Decision(TownModel):
    """One change of state, kept for the history, for undoing and for the time to release. ``batch`` joins a bulk release."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="decisions")
    change = models.CharField(_("decision"), max_length=12, choices=Change.choices)
    from_state = models.CharField(max_length=12, choices=State.choices)
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    revision = models.PositiveIntegerField(_("revision"))
    waited = models.DurationField(_("waited"))
    reason = models.SlugField(_("reason"), max_length=40, blank=True)
    reason_text = models.TextField(_("words to the author"), blank=True)
    batch = models.UUIDField(_("decided together"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        indexes = [
            models.Index(fields=["municipality", "change", "at"], name="decision_speed"),
            models.Index(fields=["municipality", "batch"], name="decision_batch", condition=Q(batch__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.get_change_display()}: {self.case_id}"


class Report(TownModel):
    """Somebody says that released content is against the rules. Visitors without account may leave an address."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    address = models.EmailField(_("address for the answer"), blank=True)
    language = models.CharField(_("language of the answer"), max_length=10, blank=True)
    reason = models.SlugField(_("reason"), max_length=40)
    text = models.TextField(_("explanation"), blank=True)
    created_at = models.DateTimeField(_("reported"), default=timezone.now)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "case", "reporter"], name="report_open_once",
                condition=Q(settled_at__isnull=True, reporter__isnull=False),
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["municipality", "reporter", "created_at"], name="report_limit")]

    def __str__(self) -> str:
        return f"{self.reason}: {self.case_id}"

    @property
    def why(self) -> str:
        """The reason in words."""
        found = BY_KEY.get(self.reason)
        return str(found.title) if found else self.reason
