/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* <stadt-chart>: reads values from a chart that the server has drawn. A cursor follows pointer and arrow keys; what it
   stands on is written below the picture, and told in a live region when keys moved it. */

const SVG = "http://www.w3.org/2000/svg";

function nearest(times, wanted) {
  let [low, high] = [0, times.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low > 0 && wanted - times[low - 1] <= times[low] - wanted ? low - 1 : low;
}

class StadtChart extends HTMLElement {
  connectedCallback() {
    if (this.data) return;
    this.data = JSON.parse(this.querySelector("script[type='application/json']").textContent);
    this.field = this.querySelector(".sh-chart__field");
    this.plot = this.querySelector(".sh-chart__plot");
    this.readout = this.querySelector(".sh-chart__readout");
    this.spoken = this.querySelector(".sh-chart__spoken");
    const { lines, end, start, language, zone, decimals } = this.data;
    this.times = [...new Set(lines.flatMap((line) => line.t))].sort((a, b) => a - b);
    if (!this.times.length) return;
    const days = (end - start) / 86400;
    const bars = lines[0].e.length ? lines[0].e[0] - lines[0].t[0] : 0;
    const day = { weekday: "short", day: "numeric", month: "short", year: days > 200 ? "numeric" : undefined };
    const hour = { hour: "2-digit", minute: "2-digit" };
    const step = this.times.length > 1 ? (this.times.at(-1) - this.times[0]) / (this.times.length - 1) : bars;
    const form = Math.max(step, bars) > 80000 ? day : { ...day, ...hour };
    this.when = new Intl.DateTimeFormat(language, { timeZone: zone, ...form });
    this.number = new Intl.NumberFormat(language, { maximumFractionDigits: decimals, minimumFractionDigits: decimals });
    this.field.tabIndex = 0;
    this.field.setAttribute("role", "application");
    this.field.setAttribute("aria-label", this.dataset.tLabel);
    this.cursor = this.plot.appendChild(document.createElementNS(SVG, "g"));
    this.cursor.setAttribute("class", "sh-chart__cursor");
    this.field.addEventListener("pointermove", (event) => this.point(event));
    this.field.addEventListener("pointerdown", (event) => this.point(event));
    this.field.addEventListener("pointerleave", () => document.activeElement !== this.field && this.clear());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("focus", () => this.field.matches(":focus-visible") && this.go(this.at ?? this.times.length - 1, true));
    this.field.addEventListener("blur", () => this.clear());
    this.dataset.ready = "";
  }

  point(event) {
    const box = this.plot.getBoundingClientRect();
    const { start, end } = this.data;
    const wanted = start + ((event.clientX - box.left) / box.width) * (end - start) - this.half();
    this.go(nearest(this.times, wanted), false);
  }

  key(event) {
    const far = Math.max(1, Math.round(this.times.length / 12));
    const last = this.times.length - 1;
    const at = this.at ?? last;
    const goal = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      ArrowDown: at - 1,
      ArrowUp: at + 1,
      PageUp: at - far,
      PageDown: at + far,
      Home: 0,
      End: last,
    }[event.key];
    if (event.key === "Escape") return this.clear();
    if (goal === undefined || event.altKey || event.metaKey) return undefined;
    event.preventDefault();
    return this.go(Math.min(last, Math.max(0, goal)), true);
  }

  /** Half the width of a bar: its value belongs to its middle. */
  half() {
    const { e, t } = this.data.lines[0];
    return e.length ? (e[0] - t[0]) / 2 : 0;
  }

  go(at, tell) {
    this.at = at;
    const time = this.times[at];
    const { start, end, lines, unit, doubtful, filled } = this.data;
    const share = `${(((time + this.half() - start) / (end - start)) * 100).toFixed(3)}%`;
    const line = document.createElementNS(SVG, "line");
    for (const [name, value] of Object.entries({ x1: share, x2: share, y1: 14, y2: this.data.bottom })) line.setAttribute(name, value);
    this.cursor.replaceChildren(line);
    const said = lines.map((each, number) => {
      const place = each.t.indexOf(time);
      const value = place < 0 ? null : each.v[place];
      const words = value === null || value === undefined ? this.dataset.tNone : `${this.number.format(value)}${unit && lines.length === 1 ? ` ${unit}` : ""}`;
      const remarks = [];
      if (doubtful[number]?.includes(place)) remarks.push(this.dataset.tDoubtful);
      if (filled[number]?.includes(place)) remarks.push(this.dataset.tFilled);
      const part = each.p.find(([from, to]) => from <= time && time < to);
      if (part) remarks.push(`${part[2]}\u00a0% ${this.dataset.tComplete}`);
      const remark = remarks.length ? ` (${remarks.join(", ")})` : "";
      return lines.length > 1 ? `${each.name}: ${words}${remark}` : words + remark;
    });
    const common = unit && lines.length > 1 ? ` (${unit})` : "";
    const text = `${this.when.format(new Date(time * 1000))}: ${said.join("; ")}${common}`;
    this.readout.textContent = text;
    if (tell) this.spoken.textContent = text;
  }

  clear() {
    this.cursor.replaceChildren();
    this.readout.textContent = "";
  }
}

customElements.define("stadt-chart", StadtChart);
