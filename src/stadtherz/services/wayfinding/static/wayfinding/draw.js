/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Drawing an obstacle: the picking map sets a point; for a line or an area each picked point is a corner. What is drawn
   stands as GeoJSON in the field "geometry". The form works without, by address and metres around it. */

const tools = document.querySelector("[data-draw]");
const map = document.querySelector(".wo-draw stadt-map");
const field = document.getElementById("id_geometry");
const SOURCE = "drawn";

class Drawing {
  constructor() {
    this.kind = "point";
    this.corners = [];
    this.read();
    this.build();
    this.known = this.corners.length > 0; // what is being drawn must not move the map
    map.addEventListener("picked", ({ detail }) => this.add([detail.longitude, detail.latitude]));
    map.addEventListener("ready", () => this.show(), { once: true });
    this.write();
  }

  word(name, value = "") {
    return (tools.dataset[`t${name[0].toUpperCase()}${name.slice(1)}`] ?? "").replace("{}", value);
  }

  /** What stands in the field; shapes of several parts stay as they are until somebody draws anew. */
  read() {
    try {
      const shape = JSON.parse(field.value);
      if (shape.type === "LineString") [this.kind, this.corners] = ["line", shape.coordinates];
      if (shape.type === "Polygon") [this.kind, this.corners] = ["area", shape.coordinates[0].slice(0, -1)];
      if (shape.type.startsWith("Multi")) this.kept = field.value;
    } catch {
      /* nothing drawn yet */
    }
  }

  build() {
    const group = document.createElement("fieldset");
    group.append(Object.assign(document.createElement("legend"), { textContent: this.word("group") }));
    for (const kind of ["point", "line", "area"]) {
      const label = document.createElement("label");
      const input = Object.assign(document.createElement("input"), { type: "radio", name: "drawing", value: kind });
      input.checked = kind === this.kind;
      input.addEventListener("change", () => {
        this.kind = kind;
        this.kept = null;
        this.write();
      });
      label.append(input, this.word(kind));
      group.append(label);
    }
    this.steps = document.createElement("div");
    this.steps.className = "wo-steps";
    for (const [word, change] of [["undo", () => this.corners.pop()], ["clear", () => (this.corners = [])]]) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: this.word(word) });
      button.addEventListener("click", () => this.write(change()));
      this.steps.append(button);
    }
    this.said = document.createElement("p");
    this.said.setAttribute("role", "status");
    tools.append(group, this.steps, this.said);
  }

  add(corner) {
    if (this.kind === "point") return;
    this.kept = null;
    this.corners.push(corner);
    this.write();
  }

  shape() {
    const enough = this.corners.length >= { point: Infinity, line: 2, area: 3 }[this.kind];
    if (!enough) return null;
    if (this.kind === "line") return { type: "LineString", coordinates: this.corners };
    return { type: "Polygon", coordinates: [[...this.corners, this.corners[0]]] };
  }

  write() {
    const shape = this.shape();
    field.value = this.kept ?? (shape ? JSON.stringify(shape) : "");
    const drawing = this.kind !== "point";
    // they stand there from the beginning: the map must not move between the first click and the second
    this.steps.hidden = !drawing;
    for (const button of this.steps.children) button.setAttribute("aria-disabled", String(this.corners.length === 0));
    this.said.textContent = drawing ? `${this.word("how")} ${this.word("count", this.corners.length)}` : "";
    this.pin(!drawing);
    this.show();
  }

  /** The pin means a point; moved by hand it would set a corner with every step. */
  pin(wanted) {
    const picker = map.picker;
    if (!picker?.marker) return;
    if (wanted) picker.marker.addTo(map.map);
    else picker.marker.remove();
  }

  show() {
    const gl = map.map;
    if (!gl?.isStyleLoaded()) return void gl?.once("idle", () => this.show());
    const line = this.corners.length > 1 ? { type: "LineString", coordinates: this.corners } : null;
    const drawn = this.kept ? JSON.parse(this.kept) : this.kind === "point" ? null : (this.shape() ?? line);
    const corners = this.kind === "point" || this.kept ? [] : this.corners.map((at) => ({ type: "Point", coordinates: at }));
    const geometries = [...(drawn ? [drawn] : []), ...corners];
    const features = geometries.map((geometry) => ({ type: "Feature", properties: {}, geometry }));
    const data = { type: "FeatureCollection", features };
    if (gl.getSource(SOURCE)) return void gl.getSource(SOURCE).setData(data);
    gl.addSource(SOURCE, { type: "geojson", data });
    gl.addLayer({ id: `${SOURCE}-fill`, type: "fill", source: SOURCE, filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": "#b3261e", "fill-opacity": 0.25 } });
    gl.addLayer({ id: SOURCE, type: "line", source: SOURCE, paint: { "line-color": "#b3261e", "line-width": 4 } });
    gl.addLayer({ id: `${SOURCE}-corners`, type: "circle", source: SOURCE, filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": 6, "circle-color": "#ffffff", "circle-stroke-color": "#b3261e", "circle-stroke-width": 3 } });
    if (this.known) {
      const bounds = this.corners.reduce((all, corner) => all.extend(corner), new map.gl.LngLatBounds());
      gl.fitBounds(bounds, { padding: 60, maxZoom: 17, animate: false });
    }
  }
}

if (tools && map && field) new Drawing();

/* The meaning follows the kind while nobody has chosen it. */
const kind = document.getElementById("id_kind");
const effect = document.getElementById("id_effect");
if (kind && effect && tools && !document.getElementById("id_seen")?.value) {
  const effects = JSON.parse(tools.dataset.effects);
  let chosen = false;
  effect.addEventListener("change", () => (chosen = true));
  kind.addEventListener("change", () => {
    if (!chosen) effect.value = effects[kind.value] ?? effect.value;
  });
}
