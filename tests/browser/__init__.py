# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages in a real Chromium, served by the real server from a copy of the test database with the demonstration town.

To have a new page type looked at, add one line to ``pages.py``.
"""
