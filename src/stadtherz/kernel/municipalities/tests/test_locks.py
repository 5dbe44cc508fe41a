# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The two locks between municipalities: each table has them or stands on the short list, and they hold."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.db.utils import DatabaseError, ProgrammingError

from stadtherz.kernel.municipalities.active import NoActiveMunicipality, activate, activate_in_transaction, active
from stadtherz.kernel.municipalities.locks import lock_tables, town_models
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.models import Membership
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person

# Tables without a municipality, each with its reason.
WITHOUT_LOCK = {
    "municipalities_municipality": "the tenants themselves: names and colours, public",
    "municipalities_municipalityhost": "read before a municipality is known",
    "people_person": "an account is valid in the whole installation",
    "people_session": "read before a municipality is known; holds a person's number and the kind of device",
    "people_keptform": "sealed for the browser that sent it; read before a municipality matters",
    "django_session": "Django's, unused: sessions are in people_session",
    "django_content_type": "Django's list of tables",
    "django_migrations": "Django's list of migrations",
    "auth_permission": "Django's, unused",
    "auth_group": "Django's, unused",
    "auth_group_permissions": "Django's, unused",
}
WITHOUT_LOCK_PREFIXES = {
    "account_": "e-mail addresses of accounts (allauth)",
    "mfa_": "second factors of accounts (allauth)",
    "socialaccount_": "sign-in through others (allauth)",
    "procrastinate_": "the job queue; a job names its municipality and runs inside its lock",
    "geo_extract": "map data of a region that several municipalities may share, public",
}


def _has_reason(table: str) -> bool:
    return table in WITHOUT_LOCK or any(table.startswith(prefix) for prefix in WITHOUT_LOCK_PREFIXES)


@pytest.mark.django_db
def test_each_table_has_the_lock_or_a_reason() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        locked = {row[0] for row in cursor.fetchall()}
    tables = {m._meta.db_table for m in apps.get_models(include_auto_created=True) if m._meta.managed}
    assert {table for table in tables - locked if not _has_reason(table)} == set()
    assert {table for table in locked if _has_reason(table)} == set()


def test_no_town_table_has_a_hidden_through_table() -> None:
    hidden = [f"{m.__name__}.{f.name}" for m in town_models() for f in m._meta.local_many_to_many
              if f.remote_field.through._meta.auto_created]  # fmt: skip
    assert hidden == []


@pytest.mark.django_db
def test_without_a_municipality_both_locks_refuse(kaiserslautern: Municipality) -> None:
    with activate(kaiserslautern):
        person(Role.CLERK)
    with pytest.raises(NoActiveMunicipality):
        Membership.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_membership")
        assert cursor.fetchone() == (0,)


def test_the_database_shows_no_row_of_the_neighbour(town: Municipality, kusel: Municipality) -> None:
    with activate(kusel):
        person(Role.CLERK)
    person(Role.MODERATOR)
    with connection.cursor() as cursor:
        cursor.execute("SELECT role FROM people_membership")
        assert cursor.fetchall() == [("moderator",)]


def test_the_database_takes_no_row_for_the_neighbour(town: Municipality, kusel: Municipality) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Membership.objects.create(person=person(), role=Role.ADMIN, municipality=kusel)


def test_the_previous_municipality_is_active_again(town: Municipality, kusel: Municipality) -> None:
    person(Role.CLERK)
    with activate(kusel):
        assert Membership.objects.count() == 0
    assert Membership.objects.count() == 1


@pytest.mark.django_db
def test_locking_twice_changes_nothing() -> None:
    lock_tables()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_policy WHERE polrelid = 'people_membership'::regclass")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_the_web_role_owns_nothing_and_cannot_step_around_the_lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = 'stadtherz_web'")
        assert cursor.fetchone() == (False, False, False)
        cursor.execute("SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner "
                       "WHERE r.rolname = 'stadtherz_web'")  # fmt: skip
        assert cursor.fetchone() == (0,)


def test_a_broken_transaction_does_not_hide_its_cause(town: Municipality, kusel: Municipality) -> None:
    broken = pytest.raises(DatabaseError, match="no_such_table")
    with broken, transaction.atomic(), activate(kusel), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM no_such_table")


def test_a_writer_goes_from_town_to_town_in_its_transaction(town: Municipality, kusel: Municipality) -> None:
    person(Role.CLERK)
    for each, members in ((kusel, 0), (town, 1)):
        with activate_in_transaction(each), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM people_membership")
            assert (cursor.fetchone(), Membership.objects.count()) == ((members,), members)
    assert active() == town


def test_a_municipality_has_a_place(town: Municipality) -> None:
    assert town.map_centre == Point(7.769, 49.444, srid=4326)
