# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""After an account is deleted, nothing about the person is found in any column of any table, nor in any file.

The search knows nothing of our models: it reads every row of every table as text, in every municipality, and looks for
marks as they are, in hexadecimal (bytea), in base64 (sessions, cache) and inside compressed sessions.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image
from psycopg import sql

from stadtherz.kernel.files.actions import store_picture
from stadtherz.kernel.messages.actions import send
from stadtherz.kernel.moderation.actions import decline, release, report
from stadtherz.kernel.moderation.models import Case
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.actions import LastAdmin, enter_person_without_email, give_role
from stadtherz.kernel.people.models import Person, Session
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import PASSWORD, person
from stadtherz.kernel.privacy.actions import erase_person
from stadtherz.kernel.privacy.export import archive
from stadtherz.services.participation.actions.comments import comment
from stadtherz.services.participation.actions.ideas import submit_idea
from stadtherz.services.participation.actions.supports import support_idea
from stadtherz.services.participation.models import Comment, Idea
from stadtherz.services.participation.tests import factories

# Everything that could lead to the person; none is part of another.
MARKS = {
    "pseudonym": "Xanthippenfalter",
    "address": "quastenflosser",
    "old address": "brueckenechse",
    "key name": "Zitterrochen",
    "number at a provider": "seepocke4711",
    "unpublished idea": "Kaiserschnurrbarttamarin",
    "declined comment": "Schnabeligel",
    "report": "Nacktmull",
    "private picture": "Fingertier",
    "words to the author": "Pfeilschwanzkrebs",
    "message": "Axolotl",
}
PAPER_MARKS = {"name": "Ameisenloewin", "street": "Seeanemonenweg", "paper pseudonym": "Papiernautilus"}
STAYS = "Okapibrunnen"


def spellings(mark: str) -> list[str]:
    """How a text may lie in a table: plain, as bytea, and as base64 at each of the three offsets."""
    raw = mark.encode()
    encoded = [base64.b64encode(b"\0" * offset + raw).decode()[2 + 2 * bool(offset) : -4] for offset in range(3)]
    return [mark, raw.hex(), *(part for part in encoded if len(part) >= 8)]


def tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
            " AND relname <> 'spatial_ref_sys'"  # comes with PostGIS, thousands of long rows
        )
        return [row[0] for row in cursor.fetchall()]


def rows_with(pattern: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        for table in tables():
            query = sql.SQL("SELECT r::text FROM {} AS r WHERE lower(r::text) ~ %s").format(sql.Identifier(table))
            cursor.execute(query, [pattern])
            yield from (f"{table}: {row[0]}" for row in cursor.fetchall())


def everything_with(marks: list[str], files: Path) -> list[str]:
    """Every row, session and file that holds one of the marks, in all municipalities."""
    pattern = "|".join(re.escape(spelling.lower()) for mark in marks for spelling in spellings(mark))
    found: list[str] = []
    for municipality in Municipality.objects.all():
        with activate(municipality):
            found += rows_with(pattern)
    found += [f"session {s.pk}: {s.get_decoded()}" for s in Session.objects.all()]
    found += [f"{file}: {file.read_bytes()!r}" for file in files.rglob("*") if file.is_file()]
    return found


def traces(marks: dict[str, str], files: Path) -> dict[str, list[str]]:
    """For each mark that is found, where."""
    places = everything_with(list(marks.values()), files)
    found = {
        what: [
            place[:300] for place in places if any(spelling.lower() in place.lower() for spelling in spellings(mark))
        ]
        for what, mark in marks.items()
    }
    return {what: where for what, where in found.items() if where}


def picture(colour: str, name: str) -> SimpleUploadedFile:
    drawn = BytesIO()
    Image.new("RGB", (300, 200), colour).save(drawn, "JPEG")
    return SimpleUploadedFile(f"{name}.jpg", drawn.getvalue(), "image/jpeg")


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def resident(town: Municipality, kusel: Municipality, media: Path, client: Client) -> Person:
    """Somebody who has used everything that there is."""
    someone = person(pseudonym=MARKS["pseudonym"], email=f"{MARKS['address']}@example.org")
    moderator = person(Role.MODERATOR)
    EmailAddress.objects.create(user=someone, email=f"{MARKS['old address']}@example.org", verified=True)
    Authenticator.objects.create(user=someone, type=Authenticator.Type.WEBAUTHN, data={"name": MARKS["key name"]})
    SocialAccount.objects.create(user=someone, provider="oidc", uid=MARKS["number at a provider"])
    client.post("/account/login/", {"login": someone.email, "password": PASSWORD})
    Client().post("/account/password/reset/", {"email": someone.email})
    client.post("/account/email/", {"action_add": "1", "email": f"neu-{MARKS['address']}@example.org"})
    process = factories.process()
    for title, ending in ((f"Wasser am {STAYS}", release), ("Beet", None)):
        text = (
            f"Trinkwasser für alle am {STAYS}." if ending else f"Ein Beet mit {MARKS['unpublished idea']} bepflanzen."
        )
        submit_idea(process=process, author=someone, title=title, text=text)
        if ending:
            ending(case=Case.objects.get(content__icontains=STAYS), moderator=moderator)
    other = factories.idea(process)
    support_idea(idea=other, person=someone)
    comment(idea=other, author=someone, text=f"Das {MARKS['declined comment']} will ich nicht.")
    decline(
        case=Case.objects.get(content__icontains=MARKS["declined comment"]), moderator=moderator, reason="insult",
        text=f"Bitte ohne {MARKS['words to the author']}.",
    )  # fmt: skip
    reported = submit_idea(
        process=process, author=person(), title="Ein Werbetext", text="Kaufen Sie hier, es lohnt sich."
    )
    case = release(case=Case.objects.get(object_id=reported.pk, kind="participation.idea"), moderator=moderator)
    report(case=case, reporter=someone, reason="advertising", text=f"Das ist {MARKS['report']}.")
    store_picture(upload=picture("#123456", "a"), owner=someone, alternative_text=MARKS["private picture"])
    send(to=someone, template="people/account_already_exists", context={"password_reset_url": MARKS["message"]})
    with activate(kusel):
        give_role(person=someone, role=Role.CLERK, admin=None)
        enter_person_without_email(name="Anna Beispiel", clerk=someone)
        send(to=someone, template="people/account_already_exists", context={"password_reset_url": MARKS["message"]})
    return someone


def test_the_search_finds_what_is_there(resident: Person, media: Path) -> None:
    marks = {**MARKS, "public": STAYS}
    assert set(traces(marks, media)) == set(marks), "what is not stored cannot be left over: the test could not fail"


def test_nothing_is_left_of_a_deleted_account(
    resident: Person, media: Path, kusel: Municipality, django_capture_on_commit_callbacks: Any
) -> None:
    idea = Idea.objects.get(text__contains=STAYS)
    number, files_before = resident.pk, set(media.rglob("*.webp"))
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(person=resident, by=resident)
    assert traces(MARKS, media) == {}
    assert files_before
    assert not set(media.rglob("*.webp"))
    left = Person.objects.filter(pk=number).first()
    assert left is None or (left.email, left.public_name, left.is_active) == (None, "gelöschtes Konto", False)
    idea.refresh_from_db()
    assert STAYS in idea.text, "what is public stays"
    assert idea.author is None or idea.author.erased_at is not None
    with activate(kusel):
        assert {record.name: record.entered_by for record in _paper_records()} == {"Anna Beispiel": None}


def _paper_records() -> Any:
    from stadtherz.kernel.people.models import PaperRecord

    return PaperRecord.objects.all()


def test_the_archive_holds_what_is_kept(resident: Person, kusel: Municipality) -> None:
    import json
    import zipfile

    packed = zipfile.ZipFile(BytesIO(archive(resident)))
    content = packed.read("data.json").decode()
    for what in set(MARKS) - {"message"}:
        assert MARKS[what] in content, what
    assert STAYS in content
    assert MARKS["unpublished idea"] in packed.read("data.html").decode()
    assert any(name.startswith("pictures/kaiserslautern-") for name in packed.namelist())
    roles = [table for table in json.loads(content)["tables"] if table["table"] == "people.Membership"]
    assert [(table["municipality"], table["rows"][0]["role"]) for table in roles] == [("Kusel", "clerk")]
    assert PASSWORD not in content
    assert resident.password not in content


def test_nothing_is_left_of_somebody_on_paper(town: Municipality, media: Path) -> None:
    clerk = person(Role.CLERK)
    entered = enter_person_without_email(
        name=f"Ina {PAPER_MARKS['name']}", address=f"{PAPER_MARKS['street']} 3", birth_year=1950,
        pseudonym=PAPER_MARKS["paper pseudonym"], clerk=clerk,
    )  # fmt: skip
    idea = factories.idea(author=entered)
    assert set(traces(PAPER_MARKS, media)) == set(PAPER_MARKS)
    erase_person(person=entered, by=clerk)
    assert traces(PAPER_MARKS, media) == {}
    assert Idea.objects.filter(pk=idea.pk).exists()


def test_others_lose_nothing(resident: Person, town: Municipality) -> None:
    neighbour = person(pseudonym="Nachbarin")
    theirs = factories.comment(factories.idea(author=neighbour), author=neighbour)
    before = {table: _count(table) for table in ("people_person", "participation_idea", "participation_comment")}
    erase_person(person=resident, by=resident)
    assert Comment.objects.get(pk=theirs.pk).author == neighbour
    assert _count("people_person") >= before["people_person"] - 1
    assert _count("participation_idea") == before["participation_idea"] - 1, "the unpublished one"
    assert _count("participation_comment") == before["participation_comment"] - 1, "the declined one"


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
        return int(cursor.fetchone()[0])


def test_the_last_administrator_hands_over_first(town: Municipality, kusel: Municipality) -> None:
    with activate(kusel):
        admin = person(Role.ADMIN)
    with pytest.raises(LastAdmin, match="Kusel"):
        erase_person(person=admin, by=admin)
    with activate(kusel):
        give_role(person=person(), role=Role.ADMIN, admin=admin)
    erase_person(person=admin, by=admin)
    assert not Person.objects.filter(pk=admin.pk, erased_at=None).exists()
