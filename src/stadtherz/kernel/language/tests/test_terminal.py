# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The terminal speaks one language: English, also where a command passes on a reason that pages say in German."""

from __future__ import annotations

from django.core.management import get_commands, load_command_class

IN_THE_TOWNS_LANGUAGE = {"demo", "openapi", "sensing_listen", "work"}
"""They write what residents read, or a committed file."""


def test_commands_speak_english() -> None:
    ours = {name: app for name, app in get_commands().items() if app.startswith("stadtherz.")}
    handles = {name: type(load_command_class(app, name)).handle for name, app in ours.items()}
    assert {
        name for name, handle in handles.items() if "no_translations" not in handle.__qualname__
    } == IN_THE_TOWNS_LANGUAGE
