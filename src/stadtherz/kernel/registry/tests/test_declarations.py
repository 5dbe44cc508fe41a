# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is declared is there: a menu entry leads somewhere, a dotted path names something, a permission exists."""

from __future__ import annotations

import pytest
from django.urls import reverse

from stadtherz.kernel.registry.declaration import MenuEntry, Service, resolve
from stadtherz.kernel.registry.kernel_declarations import MENU
from stadtherz.kernel.registry.services import menu_entries, moderated_kinds, permissions, personal_data, services

ENTRIES = [*MENU, *(entry for _service, entry in menu_entries())]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.url_name)
def test_a_menu_entry_leads_somewhere_and_asks_for_a_permission_that_exists(entry: MenuEntry) -> None:
    assert reverse(entry.url_name).startswith("/")
    assert entry.permission is None or entry.permission in permissions()


@pytest.mark.parametrize("service", services(), ids=lambda service: service.key)
def test_dotted_paths_of_a_service_name_something(service: Service) -> None:
    paths = [service.api, service.demo, service.search, *(block.context for block in service.home)]
    paths += [desk.waiting for desk in service.desk]
    paths += [handler.function for handler in service.handlers] + [handler.event for handler in service.handlers]
    for path in filter(None, paths):
        assert resolve(path) is not None


def test_dotted_paths_about_people_and_moderation_name_functions() -> None:
    paths = [path for data in personal_data() for path in (data.export, data.erase, data.expire)]
    for kind in moderated_kinds().values():
        paths += [kind.on_release, kind.on_decline, kind.on_take_down, kind.url]
    for path in filter(None, paths):
        assert callable(resolve(path))
