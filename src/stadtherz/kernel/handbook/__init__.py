# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The handbook of ``docs/handbook``, on the pages of the platform: where those who need it are."""
