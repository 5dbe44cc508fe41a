# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every page shares: frame, components, form rendering, the town's colours, the map element."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "stadtherz.kernel.ui"
    label = "ui"
