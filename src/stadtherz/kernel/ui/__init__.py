# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How it looks: base templates, components, form rendering, map element, error pages."""
