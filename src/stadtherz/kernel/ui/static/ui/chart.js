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

/** Whether a line goes from one value to the next at a time at which it has none itself. */
function passes({ t, v }, time) {
  const next = t.findIndex((each) => each > time);
  return next > 0 && v[next] !== null && v[next - 1] !== null;
}

class StadtChart extends HTMLElement {
  connectedCallback() {
    if (this.data) return;
    this.data = JSON.parse(this.querySelector("script[type='application/json']").textContent);
    this.field = this.querySelector(".sh-chart__field");
    this.plot = this.querySelector(".sh-chart__plot");
    this.readout = this.querySelector(".sh-chart__readout");
    this.spoken = this.querySelector(".sh-chart__spoken");
    const { lines, language, decimals } = this.data;
    this.times = [...new Set(lines.flatMap((line) => line.t))].sort((a, b) => a - b);
    if (!this.times.length) return;
    /* A value of an hour bears the name of its beginning and stands in its middle. */
    const middles = new Map(lines.flatMap((line) => line.e.map((end, place) => [line.t[place], (line.t[place] + end) / 2])));
    this.spots = this.times.map((time) => middles.get(time) ?? time);
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
    const wanted = start + ((event.clientX - box.left) / box.width) * (end - start);
    this.go(nearest(this.spots, wanted), false);
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

  go(at, tell) {
    this.at = at;
    const time = this.times[at];
    const { start, end, lines, names, unit, doubtful, filled } = this.data;
    const share = `${(((this.spots[at] - start) / (end - start)) * 100).toFixed(3)}%`;
    const line = document.createElementNS(SVG, "line");
    for (const [name, value] of Object.entries({ x1: share, x2: share, y1: 14, y2: this.data.bottom })) line.setAttribute(name, value);
    this.cursor.replaceChildren(line);
    const said = lines.flatMap((each, number) => {
      const place = each.t.indexOf(time);
      if (place < 0 && passes(each, time)) return [];
      const value = place < 0 ? null : each.v[place];
      const none = each.u !== null && time >= each.u ? this.dataset.tNotYet : this.dataset.tNone;
      const words = value === null || value === undefined ? none : `${this.number.format(value)}${unit && lines.length === 1 ? ` ${unit}` : ""}`;
      const remarks = [];
      if (doubtful[number]?.includes(place)) remarks.push(this.dataset.tDoubtful);
      if (filled[number]?.includes(place)) remarks.push(this.dataset.tFilled);
      const part = each.p.find(([from, to]) => from <= time && time < to);
      if (part) remarks.push(`${part[2]}\u00a0% ${this.dataset.tComplete}`);
      const remark = remarks.length ? ` (${remarks.join(", ")})` : "";
      return lines.length > 1 ? `${each.name}: ${words}${remark}` : words + remark;
    });
    const common = unit && lines.length > 1 ? ` (${unit})` : "";
    const text = `${names[at]}: ${said.join("; ")}${common}`;
    this.readout.textContent = text;
    if (tell) this.spoken.textContent = text;
  }

  clear() {
    this.cursor.replaceChildren();
    this.readout.textContent = "";
  }
}

customElements.define("stadt-chart", StadtChart);
