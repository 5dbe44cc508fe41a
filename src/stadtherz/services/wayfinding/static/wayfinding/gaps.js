/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* The map of what is known: the ways of the view, fetched anew whenever it moves. The tables say the same without. */

const box = document.querySelector("[data-lines]");
const element = box?.querySelector("stadt-map");
const SOURCE = "gaps";
/** Nearer than this, single ways can be told apart. */
const NEAR = 14.6;

/** A colour as MapLibre understands it. */
function asRgb(value) {
  const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  context.fillStyle = value;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}

function draw() {
  const { map } = element;
  const style = getComputedStyle(element);
  const colour = (name) => asRgb(style.getPropertyValue(name).trim());
  const said = box.querySelector("[role=status]");
  let last = null;
  map.addSource(SOURCE, { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  const add = (state, paint) =>
    map.addLayer({ id: `${SOURCE}-${state}`, type: "line", source: SOURCE, filter: ["==", ["get", "state"], state], paint });
  add("known", { "line-color": colour("--sh-muted"), "line-width": 2.5 });
  add("checked", { "line-color": colour("--sh-text"), "line-width": 5 });
  add("unknown", { "line-color": colour("--town-accent"), "line-width": 3.5, "line-dasharray": [2, 1.2] });

  const load = async () => {
    last?.abort();
    last = new AbortController();
    const view = map.getBounds();
    const corners = [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()].map((value) => value.toFixed(5));
    try {
      const answer = await fetch(`${box.dataset.lines}&bbox=${corners.join(",")}`, { signal: last.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = await answer.json();
      map.getSource(SOURCE).setData(found);
      said.textContent = found.too_wide ? box.dataset.wide : "";
    } catch (error) {
      if (error.name !== "AbortError") said.textContent = box.dataset.failed;
    }
  };
  map.on("moveend", load);
  if (map.getZoom() < NEAR) map.jumpTo({ zoom: NEAR });
  else load();
}

if (element) {
  if ("ready" in element.dataset) draw();
  else element.addEventListener("ready", draw, { once: true });
}
