# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The interface against its own description, by generated requests (schemathesis), in process and within bounds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, load_all_checks

from stadtherz.config.wsgi import application
from stadtherz.conftest import _municipality
from stadtherz.kernel.api import door
from stadtherz.kernel.api.root import document
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.queries import forget_hosts
from stadtherz.kernel.registry.declaration import resolve
from stadtherz.kernel.registry.services import services

load_all_checks()
schema = schemathesis.openapi.from_dict(document())
schema.app = application
NAMES = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")


@pytest.fixture(scope="module", autouse=True)
def content(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Kaiserslautern's demonstration content, in a transaction that is undone at the end."""
    patch = pytest.MonkeyPatch()
    patch.setattr(door, "WITHOUT_KEY", 1_000_000)
    with django_db_blocker.unblock(), transaction.atomic():
        forget_hosts()
        town = _municipality("kaiserslautern", "Kaiserslautern", Point(7.769, 49.444, srid=4326), is_default=True)
        with activate(town):
            for service in services():
                if service.demo:
                    resolve(service.demo)(town)
        patch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)
        yield
        transaction.set_rollback(True)
    patch.undo()


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_was_described(case: schemathesis.Case) -> None:
    answer = case.call(headers={"Host": "kaiserslautern.localhost"})
    case.validate_response(answer, checks=[CHECKS.get_one(name) for name in NAMES])
