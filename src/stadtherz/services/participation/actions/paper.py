# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What came in on paper: ideas and supports of people without e-mail, sheet by sheet, so that each can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.people.actions import (
    BirthYearUnlikely,
    NameMissing,
    PseudonymTaken,
    enter_person_without_email,
    wait_for_others,
)
from stadtherz.kernel.people.models import Person
from stadtherz.services.participation.actions.cases import close_open_case, require_still_public
from stadtherz.services.participation.actions.ideas import submit_idea
from stadtherz.services.participation.actions.merging import carry_over_again, separate_all
from stadtherz.services.participation.actions.supports import add_supports
from stadtherz.services.participation.contents import IDEA
from stadtherz.services.participation.errors import LinesRefused, NotPublic, PhaseForbids, Refused, SheetUndone
from stadtherz.services.participation.models import Category, Idea, PaperSheet, Process, Support
from stadtherz.services.participation.phases import Action
from stadtherz.services.participation.rules import phase_allowed_on
from stadtherz.services.participation.states import Origin, Visibility

UNDO_SUPPORTS = """
WITH removed AS (
    DELETE FROM participation_support WHERE sheet_id = %s RETURNING idea_id, person_id
), per_idea AS (
    SELECT idea_id, count(*)::int AS supports FROM removed GROUP BY idea_id
), counted AS (
    UPDATE participation_idea SET support_count = greatest(0, support_count - per_idea.supports)
    FROM per_idea WHERE participation_idea.id = per_idea.idea_id
)
SELECT idea_id, person_id FROM removed
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet: who signed."""

    name: str
    address: str = ""
    birth_year: int | None = None


@dataclass(slots=True)
class Entered:
    """What became of a sheet: how many lines count now, and which people were counted before (online or on paper)."""

    sheet: PaperSheet
    counted: int = 0
    already: list[tuple[Line, str]] = field(default_factory=list)


@transaction.atomic
def open_sheet(*, clerk: Person, signed_on: date, note: str = "", submission_key: UUID | None = None) -> PaperSheet:
    """Give the next free number to a sheet. Numbers have no gaps that an undone sheet would not explain."""
    wait_for_others("participation:sheet")
    last = PaperSheet.objects.aggregate(last=Max("number"))["last"] or 0
    return PaperSheet.objects.create(
        number=last + 1, clerk=clerk, signed_on=signed_on, note=note.strip()[:200], submission_key=submission_key
    )


@transaction.atomic
def enter_paper_supports(
    *, idea: Idea, clerk: Person, lines: Sequence[Line], signed_on: date, note: str = "",
    submission_key: UUID | None = None,
) -> Entered:  # fmt: skip
    """Count the people of a list as being for the idea. Who is counted already, online or on paper, counts once.

    All lines or none: ``LinesRefused`` names each line that cannot be read. The day of signing decides about the phase,
    since paper reaches the town hall later than a click. The same form sent twice is entered once.
    Side effects: a sheet, people without e-mail, an entry in the record.
    Raises ``NotPublic``, ``PhaseForbids``, ``LinesRefused``.
    """
    if not idea.is_released:
        raise NotPublic
    if not phase_allowed_on(idea.process, Action.SUPPORT, signed_on):
        raise PhaseForbids
    if submission_key and (sent := PaperSheet.objects.filter(submission_key=submission_key).first()):
        return Entered(sent, counted=sent.supports.count())
    sheet = open_sheet(clerk=clerk, signed_on=signed_on, note=note, submission_key=submission_key)
    signers = _people(lines, clerk)
    entered = Entered(sheet)
    before = dict(Support.objects.filter(idea=idea, person__in=[p.pk for p in signers]).values_list("person", "origin"))
    seen: set[int] = set()
    for line, signer in zip(lines, signers, strict=True):
        if signer.pk in before or signer.pk in seen:
            entered.already.append((line, before.get(signer.pk, Origin.PAPER)))
        seen.add(signer.pk)
    _count, added = add_supports(idea=idea, people=sorted(seen), origin=Origin.PAPER, sheet=sheet)
    require_still_public(idea)
    entered.counted = len(added)
    sheet.lines, sheet.already_counted = len(lines), len(lines) - len(added)
    sheet.save(update_fields=["lines", "already_counted"])
    record(
        action="participation.enter_supports", actor=clerk, subject=f"{IDEA}:{idea.pk}",
        detail={"sheet": sheet.number, "lines": sheet.lines, "counted": entered.counted},
    )  # fmt: skip
    return entered


def _people(lines: Sequence[Line], clerk: Person) -> list[Person]:
    signers, refused = [], {}
    for number, line in enumerate(lines):
        try:
            with transaction.atomic():
                signers.append(
                    enter_person_without_email(
                        name=line.name, clerk=clerk, address=line.address, birth_year=line.birth_year
                    )
                )
        except NameMissing:
            refused[number] = _("Please enter the name.")
        except BirthYearUnlikely:
            refused[number] = _("Please check the year of birth.")
    if refused:
        raise LinesRefused(refused)
    return signers


@transaction.atomic
def enter_paper_idea(
    *, process: Process, clerk: Person, signer: Line, title: str, text: str, signed_on: date, pseudonym: str = "",
    category: Category | None = None, place: Point | None = None, place_label: str = "", note: str = "",
    submission_key: UUID | None = None,
) -> Idea:  # fmt: skip
    """Enter an idea that somebody handed in on paper. It takes the same way as any other: first to the moderators.

    Side effects: a sheet, a person without e-mail, a moderation case, an entry in the record.
    Raises as ``submit_idea``, and ``Refused`` with the field ``name``, ``birth_year`` or ``pseudonym``.
    """
    if submission_key and (sent := Idea.objects.filter(sheet__submission_key=submission_key).first()):
        return sent
    author = _author(signer, clerk, pseudonym)
    sheet = open_sheet(clerk=clerk, signed_on=signed_on, note=note, submission_key=submission_key)
    idea = submit_idea(
        process=process, author=author, title=title, text=text, category=category, place=place,
        place_label=place_label, sheet=sheet,
    )  # fmt: skip
    record(action="participation.enter_idea", actor=clerk, subject=f"{IDEA}:{idea.pk}", detail={"sheet": sheet.number})
    return idea


def _author(signer: Line, clerk: Person, pseudonym: str) -> Person:
    try:
        return enter_person_without_email(
            name=signer.name, clerk=clerk, address=signer.address, birth_year=signer.birth_year, pseudonym=pseudonym
        )
    except NameMissing:
        raise Refused(_("Please enter the name."), field="name") from None
    except BirthYearUnlikely:
        raise Refused(_("Please check the year of birth."), field="birth_year") from None
    except PseudonymTaken:
        raise Refused(_("Somebody else has this pseudonym. Please choose another."), field="pseudonym") from None


@transaction.atomic
def undo_paper_sheet(*, sheet: PaperSheet, clerk: Person) -> int:
    """Take back everything that came in with a sheet: its supports no longer count, its idea is withdrawn.

    Supports that the same people gave another way stay. Returns how many supports were removed. Side effects: counters,
    moderation cases, an entry in the record. Raises ``SheetUndone``.
    """
    sheet = PaperSheet.objects.select_for_update().get(pk=sheet.pk)
    if sheet.undone_at is not None:
        raise SheetUndone
    with connection.cursor() as cursor:
        cursor.execute(UNDO_SUPPORTS, [sheet.pk])
        removed: list[tuple[int, int]] = cursor.fetchall()
    for number in sorted({idea for idea, _person in removed}):
        carry_over_again(idea=number, people=[person for idea, person in removed if idea == number])
    for idea in sheet.ideas.select_related("author"):
        if idea.author is not None:
            close_open_case(kind=IDEA, object_id=idea.pk, author=idea.author)
        separate_all(idea)
        Idea.objects.filter(pk=idea.pk).update(visibility=Visibility.WITHDRAWN, changed_at=timezone.now())
    sheet.undone_at = timezone.now()
    sheet.save(update_fields=["undone_at"])
    record(
        action="participation.undo_sheet", actor=clerk, subject=f"participation.sheet:{sheet.pk}",
        detail={"sheet": sheet.number, "supports": len(removed)},
    )  # fmt: skip
    return len(removed)
