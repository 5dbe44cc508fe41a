# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Django's entry to the room ``geo``."""

from django.apps import AppConfig


class GeoConfig(AppConfig):
    """The room ``geo``."""

    name = "stadtherz.kernel.geo"
