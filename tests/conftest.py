# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The fixtures of the package, for tests that cross services."""

from stadtherz.conftest import _emptying_is_no_migration, _fresh_hosts, django_db_setup, kaiserslautern, kusel, town
from tests.prepared_town import prepared_town

__all__ = [
    "_emptying_is_no_migration",
    "_fresh_hosts",
    "django_db_setup",
    "kaiserslautern",
    "kusel",
    "prepared_town",
    "town",
]
