# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A town that does not exist: streets, houses and kerbs to try everything with, without network and without an extract."""
