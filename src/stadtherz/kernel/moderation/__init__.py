# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The queue that everything a resident publishes passes: cases, decisions with reasons, take-downs, reports."""
