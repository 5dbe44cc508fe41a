# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pictures that people hand in: checked by content, re-encoded, stripped of metadata, served where nothing executes."""
