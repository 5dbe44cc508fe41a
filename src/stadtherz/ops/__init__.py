# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Starts, keeps and checks an installation: the verbs of ./stadtherz."""
