# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Measurements of the running platform. Each prints figures and writes them as JSON; goals stand beside them.

They work in databases of their own and never touch the town's data.
"""
