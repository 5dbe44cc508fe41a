# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Participation: residents propose, support and comment; the town answers, and everybody sees what became of it."""
