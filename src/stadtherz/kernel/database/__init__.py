# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The connection to PostgreSQL: handed out alive, and refused at once while the server is away (``base`` is the Django engine)."""
