# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Charts: what a service wants to show (``chart``), scales and ticks (``scales``), the picture as SVG (``drawing``)."""

from stadtherz.kernel.ui.charts.chart import Chart, Form, Gap, Limit, Line, Mark, Part

__all__ = ["Chart", "Form", "Gap", "Limit", "Line", "Mark", "Part"]
