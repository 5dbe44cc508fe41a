# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A chart as SVG, drawn on the server: the same picture with and without JavaScript, on paper and in the dark.

No size is known here. What stretches with the page (lines, bands, bars) lies in an inner drawing of 1000 × 1000 units
whose strokes keep their width; what must not be stretched (words, hatching, circles) is placed by percentages in the outer one.
Colours are classes: the style sheet knows day and night, and the Content-Security-Policy refuses styles in the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from stadtherz.kernel.ui.charts.chart import Chart, Form, Limit, Line, Part
from stadtherz.kernel.ui.charts.marks import marks
from stadtherz.kernel.ui.charts.scales import Tick, Values, time_ticks, values_scale

TOP, FOOT = 14, 30
WORD = 8.2
"""Space above and below the plot, width of an average character; pixels."""
STRIP, BETWEEN = 6, 3
"""Height of a strip that says how whole the values are, and the space above each; pixels."""
USUAL_WIDTH = 720.0
"""For guessing what a name hides: how many pixels wide a picture mostly is."""
MINUS = "\u2212"
FEW, FAR = 3, 100.0
"""So many values at either end may lie so many times further off than all others are apart, and are left outside."""
LAST_WORD = 0.97
"""A word below the axis that stands further right than this share ends there instead of being cut off."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """The parts of a drawn chart, and what the page's script needs to read values from it."""

    axis: SafeString
    plot: SafeString
    names: SafeString
    height: int
    limits_inside: tuple[Limit, ...]
    limits_outside: tuple[Limit, ...]
    values_outside: tuple[str, ...] = ()


def number(value: float, decimals: int) -> str:
    """A number as the language writes it."""
    return str(number_format(round(value, decimals) + 0.0, decimals, force_grouping=True)).replace("-", MINUS)


def draw(chart: Chart) -> Drawing:
    """Draw the chart."""
    known, outside = _without_far_ones(_known(chart), chart)
    top = max(known, default=0.0)
    inside = tuple(limit for limit in chart.limits if not known or limit.value <= max(top * 1.6, top + 1e-9))
    scale = values_scale(
        [*known, *(limit.value for limit in inside)], from_zero=chart.from_zero or chart.form is Form.BARS
    )
    canvas = _Canvas(chart, scale)
    return Drawing(
        axis=canvas.axis(), plot=canvas.plot(time_ticks(chart.start, chart.end, chart.zone), inside),
        names=canvas.names(), height=canvas.height, limits_inside=inside,
        limits_outside=tuple(limit for limit in chart.limits if limit not in inside),
        values_outside=tuple(number(value, chart.decimals) for value in outside),
    )  # fmt: skip


def _known(chart: Chart) -> list[float]:
    """What the scale must hold. A value under doubt does not stretch it: it would press all others flat."""
    sure: list[float] = []
    doubted: list[float] = []
    for line in chart.lines:
        doubtful = set(line.doubtful)
        for place, value in enumerate(line.values):
            if value is not None:
                (doubted if place in doubtful else sure).append(value)
        sure += [v for row in (line.lows, line.highs) for v in row if v is not None]
    if not sure or not doubted:
        return sure or doubted
    room = max(max(sure) - min(sure), abs(max(sure)) / 4)
    return sure + [value for value in doubted if min(sure) - room <= value <= max(sure) + room]


def _without_far_ones(known: list[float], chart: Chart) -> tuple[list[float], list[float]]:
    """What the scale holds, and the few values beyond that would press all others flat; they are told beside the picture."""
    ordered = sorted(known)
    if chart.form is Form.BARS or len(ordered) < 10 * FEW:
        return known, []
    inner = ordered[FEW:-FEW]
    apart = inner[-1] - inner[0]
    if not apart or ordered[-1] - ordered[0] < FAR * apart:
        return known, []
    low, high = inner[0] - apart, inner[-1] + apart
    return [value for value in known if low <= value <= high], [v for v in ordered if not low <= v <= high]


def _same_share(parts: Sequence[Part]) -> Iterator[Part]:
    """Neighbours that are equally whole, to one in twenty, as one."""
    last: Part | None = None
    for part in parts:
        share = part.share if part.share in {0.0, 1.0} else min(max(round(part.share * 20), 1), 19) / 20
        if last is not None and last.share == share and abs(last.end - part.start) < 1:
            last = Part(last.start, part.end, share)
        else:
            if last is not None:
                yield last
            last = Part(part.start, part.end, share)
    if last is not None:
        yield last


def _runs(line: Line, *rows: Sequence[float | None]) -> Iterator[list[int]]:
    """Places that follow one another without a missing value."""
    run: list[int] = []
    for place in range(len(line.times)):
        if any(row[place] is None for row in rows):
            if run:
                yield run
            run = []
        else:
            run.append(place)
    if run:
        yield run


class _Canvas:
    """Turns times and values of one chart into places."""

    def __init__(self, chart: Chart, scale: Values) -> None:
        self.chart, self.scale = chart, scale
        self.strips = [(place, line.parts) for place, line in enumerate(chart.lines) if line.parts]
        self.foot = TOP + chart.height
        self.words = self.foot + (len(self.strips) * (STRIP + BETWEEN) + 2 if self.strips else 0)
        self.height = self.words + FOOT

    def x(self, time: float) -> float:
        return min(max((time - self.chart.start) / (self.chart.end - self.chart.start), 0.0), 1.0)

    def y(self, value: float) -> float:
        """Pixels from the top."""
        return TOP + (1 - self.scale.share(value)) * self.chart.height

    def _unit(self, time: float, value: float | None) -> str:
        """A place in the inner drawing."""
        return f"{self.x(time) * 1000:.1f} {(1 - self.scale.share(value or 0.0)) * 1000:.1f}"

    # --- the scale at the left ---

    def axis(self) -> SafeString:
        has_values = any(value is not None for line in self.chart.lines for value in line.values)
        words = [(self.y(tick), number(tick, self.scale.decimals)) for tick in self.scale.ticks] if has_values else []
        width = int(max((len(word) for _y, word in words), default=0) * WORD) + 10
        texts = "".join(
            f'<text x="{width - 8}" y="{y:.1f}" dy=".34em" text-anchor="end">{escape(word)}</text>' for y, word in words
        )
        size = f'width="{width}" height="{self.height}"'
        return mark_safe(f'<svg class="sh-chart__axis" {size} aria-hidden="true" focusable="false">{texts}</svg>')  # noqa: S308

    # --- names at the right ---

    def names(self) -> SafeString:
        """Each line's name beside its last value, moved apart where they would touch. Bars have only the key."""
        if len(self.chart.lines) < 2 or self.chart.form is Form.BARS:
            return mark_safe("")
        found: list[tuple[float, int, str]] = []
        for place, line in enumerate(self.chart.lines):
            last = next((v for v in reversed(line.values) if v is not None), None)
            if last is not None:
                found.append((self.y(last), place, line.name))
        ends: list[tuple[float, int, str]] = []
        for y, place, name in sorted(found):
            ends.append((max(y, ends[-1][0] + 20) if ends else y, place, name))
        width = int(max((len(str(name)) for _y, _p, name in ends), default=0) * WORD) + 14
        texts = "".join(
            f'<text class="sh-chart__name sh-chart__name--{place + 1}" x="8" y="{y:.1f}" dy=".34em">{escape(name)}</text>'
            for y, place, name in ends
        )
        size = f'width="{width}" height="{self.height}"'
        return mark_safe(f'<svg class="sh-chart__names" {size} aria-hidden="true" focusable="false">{texts}</svg>')  # noqa: S308

    # --- the plot ---

    def plot(self, ticks: Sequence[Tick], limits: Sequence[Limit]) -> SafeString:
        chart = self.chart
        hatch = f"hatch-{chart.key}"
        inner = "".join(self._line(place, line) for place, line in enumerate(chart.lines))
        parts = [
            f'<svg class="sh-chart__plot" width="100%" height="{self.height}" role="img" '
            f'aria-label="{escape(chart.title)}" focusable="false">',
            f'<defs><pattern id="{hatch}" width="7" height="7" patternUnits="userSpaceOnUse" '
            'patternTransform="rotate(45)"><rect class="sh-chart__gap-ground" width="7" height="7"/>'
            '<line class="sh-chart__hatch" x1="0" y1="0" x2="0" y2="7"/></pattern>'
            f'<pattern id="{hatch}-out" width="6" height="6" patternUnits="userSpaceOnUse" '
            'patternTransform="rotate(-45)"><rect class="sh-chart__gap-ground" width="6" height="6"/>'
            '<line class="sh-chart__hatch sh-chart__hatch--out" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>',
            "".join(self._grid(tick) for tick in self.scale.ticks),
            "".join(self._tick(tick) for tick in ticks),
            "".join(self._gap(*each, hatch) for each in self._gaps()),
            f'<svg x="0" y="{TOP}" width="100%" height="{chart.height}" viewBox="0 0 1000 1000" '
            f'preserveAspectRatio="none" overflow="visible">{inner}</svg>',
            "".join(self._limit(limit) for limit in limits),
            "".join(self._signs(place, line) for place, line in enumerate(chart.lines)),
            "".join(self._strip(row, place, parts, hatch) for row, (place, parts) in enumerate(self.strips)),
            marks(chart.marks, self.x, TOP, self.foot),
            "</svg>",
        ]
        return mark_safe("".join(parts))  # noqa: S308  names are escaped, the rest are numbers

    def _grid(self, tick: float) -> str:
        kind = "sh-chart__zero" if tick == 0 else "sh-chart__grid"
        return f'<line class="{kind}" x1="0" x2="100%" y1="{self.y(tick):.1f}" y2="{self.y(tick):.1f}"/>'

    def _tick(self, tick: Tick) -> str:
        stays = "" if tick.stays else " sh-chart__tick--wide"
        strong = " sh-chart__tick--strong" if tick.strong else ""
        line = f'<line class="sh-chart__tick{strong}" x1="{tick.share:.4%}" x2="{tick.share:.4%}" y1="{TOP}" y2="{self.words + 5}"/>'
        if not tick.word:
            return line
        return (
            f'{line}<text class="sh-chart__when{stays}{strong}" x="{tick.word_share:.4%}" y="{self.words + 21}" '
            f'text-anchor="{_anchor(tick.word_share)}">{escape(tick.word)}</text>'
        )

    def _gaps(self) -> list[tuple[float, float, str, bool]]:
        """Gaps as shares; neighbours that touch are one."""
        found: list[tuple[float, float, str, bool]] = []
        for gap in self.chart.gaps:
            start, end = self.x(gap.start), self.x(gap.end)
            if found and start <= found[-1][1] + 0.0005 and found[-1][2] == gap.name:
                found[-1] = (found[-1][0], max(end, found[-1][1]), gap.name, gap.is_left_out)
            elif end > start:
                found.append((start, end, gap.name, gap.is_left_out))
        return found

    def _gap(self, start: float, end: float, name: str, is_left_out: bool, hatch: str) -> str:
        width = max(end - start, 0.002)
        area = (
            f'<rect class="sh-chart__gap" x="{start:.4%}" width="{width:.4%}" y="{TOP}" height="{self.chart.height}" '
            f'fill="url(#{hatch}{"-out" if is_left_out else ""})"/>'
        )
        if end - start < 0.012 * len(name) or not name:
            return area
        middle = (start + end) / 2
        return (
            f'{area}<text class="sh-chart__gap-name" x="{middle:.4%}" y="{TOP + 18}" text-anchor="middle">'
            f"{escape(name)}</text>"
        )

    def _line(self, place: int, line: Line) -> str:
        number = place + 1
        if self.chart.is_overlaid and place:
            return self._steps(number, line)
        if self.chart.form is Form.BARS:
            return self._bars(number, place, line)
        band = ""
        if line.lows and line.highs:
            shapes = []
            for run in _runs(line, line.lows, line.highs):
                upper = [self._unit(line.spot(n), line.highs[n]) for n in run]
                lower = [self._unit(line.spot(n), line.lows[n]) for n in reversed(run)]
                shapes.append(f"M{'L'.join(upper + lower)}Z")
            band = f'<path class="sh-chart__band sh-chart__band--{number}" d="{"".join(shapes)}"/>'
        strokes = []
        doubtful = set(line.doubtful)
        joined = [None if place in doubtful else value for place, value in enumerate(line.values)]
        for run in _runs(line, joined):
            places = [self._unit(line.spot(n), line.values[n]) for n in run]
            strokes.append(f"M{'L'.join(places)}" + (f"L{places[0]}" if len(run) == 1 else ""))
        return f'{band}<path class="sh-chart__line sh-chart__line--{number}" d="{"".join(strokes)}"/>'

    def _bars(self, number: int, place: int, line: Line) -> str:
        """Bars from zero; where there are two rows they stand side by side."""
        rows = 1 if self.chart.is_overlaid else len(self.chart.lines)
        foot = (1 - self.scale.share(0.0)) * 1000
        shapes: list[str] = []
        pale: list[str] = []
        partial = set(line.partial)
        for n, value in enumerate(line.values):
            if value is None:
                continue
            left, right = self.x(line.times[n]) * 1000, self.x(line.ends[n]) * 1000
            width = (right - left) * 0.86
            x = left + (right - left) * 0.07 + width / rows * place
            top = (1 - self.scale.share(value)) * 1000
            (pale if n in partial else shapes).append(f"M{x:.1f} {foot:.0f}V{top:.1f}h{width / rows:.1f}V{foot:.0f}Z")
        kind = f"sh-chart__bar sh-chart__bar--{number}"
        rest = f'<path class="{kind} sh-chart__bar--partial" d="{"".join(pale)}"/>' if pale else ""
        return f'<path class="{kind}" d="{"".join(shapes)}"/>{rest}'

    def _steps(self, number: int, line: Line) -> str:
        """The tops of bars as one line."""
        drawn = []
        for run in _runs(line, line.values):
            steps = [
                f"{self._unit(line.times[n], line.values[n])}H{self.x(line.ends[n]) * 1000:.1f}" for n in run
            ]  # fmt: skip
            drawn.append("M" + "L".join(steps))
        return f'<path class="sh-chart__line sh-chart__line--{number}" d="{"".join(drawn)}"/>'

    def _limit(self, limit: Limit) -> str:
        """The line, and its name where it hides least of the values."""
        y = self.y(limit.value)
        spots = [
            (x, anchor, y + above, share)
            for above in (-6.0, 16.0) for x, anchor, share in (("4", "start", 0.0), ("99.5%", "end", 1.0))
        ]  # fmt: skip
        x, anchor, foot, _share = min(spots, key=lambda spot: self._hidden(limit.name, spot[3], spot[2]))
        return (
            f'<line class="sh-chart__limit" x1="0" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="sh-chart__limit-name" x="{x}" y="{foot:.1f}" text-anchor="{anchor}">{escape(limit.name)}</text>'
        )

    def _hidden(self, name: str, share: float, foot: float) -> int:
        """How many values lie below a name that begins at the left (0) or ends at the right (1); other names count much."""
        if not TOP + 10 < foot < TOP + self.chart.height - 4:
            return 100_000
        wide = min(1.0, len(name) * WORD / USUAL_WIDTH)
        since, until = (0.0, wide) if share == 0.0 else (1 - wide, 1.0)
        hidden = sum(
            since <= self.x(line.spot(n)) <= until and foot - 18 <= self.y(value) <= foot + 6
            for line in self.chart.lines for n, value in enumerate(line.values) if value is not None
        )  # fmt: skip
        return hidden + sum(
            1000 for other in self.chart.limits if foot - 18 < self.y(other.value) < foot - 2 or 0 < self.y(other.value) - foot < 5
        )  # fmt: skip

    def _signs(self, place: int, line: Line) -> str:
        """Open circles for what is under doubt, small ones where something was left out, squares for what was filled in."""
        return "".join((
            *(self._circle(place, line, n, 3, " sh-chart__doubt--small") for n in line.reduced),
            *(self._square(place, line, n) for n in line.filled),
            *(self._circle(place, line, n, 4.5, "") for n in line.doubtful),
            *(self._circle(place, line, n, 3, " sh-chart__doubt--alone") for n in self._alone(line)),
        ))  # fmt: skip

    def _alone(self, line: Line) -> list[int]:
        """Values without neighbours, which a line cannot show."""
        if self.chart.form is Form.BARS:
            return []
        doubtful = set(line.doubtful)
        joined = [None if place in doubtful else value for place, value in enumerate(line.values)]
        return [run[0] for run in _runs(line, joined) if len(run) == 1]

    def _spot(self, line: Line, n: int) -> tuple[float, float] | None:
        value = line.values[n]
        return None if value is None else (self.x(line.spot(n)), self.y(value))

    def _circle(self, place: int, line: Line, n: int, radius: float, more: str) -> str:
        spot = self._spot(line, n)
        if spot is None:
            return ""
        kind = f"sh-chart__doubt sh-chart__doubt--{place + 1}{more}"
        return f'<circle class="{kind}" cx="{spot[0]:.4%}" cy="{spot[1]:.1f}" r="{radius}"/>'

    def _square(self, place: int, line: Line, n: int) -> str:
        spot = self._spot(line, n)
        if spot is None:
            return ""
        kind = f"sh-chart__filled sh-chart__doubt--{place + 1}"
        return (
            f'<svg x="{spot[0]:.4%}" y="{spot[1]:.1f}" overflow="visible" width="1" height="1">'
            f'<rect class="{kind}" x="-3.5" y="-3.5" width="7" height="7"/></svg>'
        )

    def _strip(self, row: int, place: int, parts: Sequence[Part], hatch: str) -> str:
        """How whole the values of a line are: hatched where nothing came, full where all came, part of the height between."""
        foot = self.foot + (row + 1) * (STRIP + BETWEEN)
        drawn = []
        for part in _same_share(parts):
            start, width = self.x(part.start), self.x(part.end) - self.x(part.start)
            if part.share < 1:
                drawn.append(
                    f'<rect x="{start:.4%}" width="{width:.4%}" y="{foot - STRIP}" height="{STRIP}" fill="url(#{hatch})"/>'
                )
            if part.share > 0:
                high = STRIP * part.share
                drawn.append(
                    f'<rect class="sh-chart__whole sh-chart__whole--{place + 1}" x="{start:.4%}" width="{width:.4%}" '
                    f'y="{foot - high:.1f}" height="{high:.1f}"/>'
                )
        return f"<g>{''.join(drawn)}</g>"


def _anchor(share: float) -> str:
    """Words at either end of the picture stay inside it."""
    return "end" if share > LAST_WORD else "middle"
