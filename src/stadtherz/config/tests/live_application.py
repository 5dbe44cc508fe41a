# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The real application with two topics that exist for the tests only."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadtherz.config.settings")

from stadtherz.kernel.registry import kernel_declarations
from stadtherz.kernel.registry.declaration import LiveTopic

kernel_declarations.LIVE += (LiveTopic("sample:*", "public"), LiveTopic("sample.account", "signed_in"))

from stadtherz.config.asgi import application  # noqa: E402
from stadtherz.kernel.live import stream  # noqa: E402

stream.RECHECK_SECONDS = 0.3
stream.HEARTBEAT_SECONDS = 0.3

__all__ = ["application"]
