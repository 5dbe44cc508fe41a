# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The pictures in docs/screenshots, taken by ``./stadtherz screenshots``."""
