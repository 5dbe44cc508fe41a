# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Django's entry to the room: after a migration run the locks are put on."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MunicipalitiesConfig(AppConfig):
    """The room ``municipalities``."""

    name = "stadtherz.kernel.municipalities"

    def ready(self) -> None:
        """Django's own signal is the only place that knows that migrations are through, in commands and in tests."""
        from stadtherz.kernel.municipalities.locks import lock_tables

        post_migrate.connect(lock_tables, sender=self, dispatch_uid="stadtherz.lock_tables")
