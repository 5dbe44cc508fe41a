# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Django's entry to the room. Its label differs from the folder, as Django's own flash messages are called so."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """The room ``messages``."""

    name = "stadtherz.kernel.messages"
    label = "notices"
