# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fixtures of all browser tests: a running town, a Chromium, pages in the look that a test asks for."""

from tests.browser.chromium import _kept, _sessions, chromium, open_page
from tests.browser.town import live_town_server

__all__ = ["_kept", "_sessions", "chromium", "live_town_server", "open_page"]
