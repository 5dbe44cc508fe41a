# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The record of decisions: who did what, when; rows are only ever added, and each carries the hash of the one before."""
