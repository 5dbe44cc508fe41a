/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Lines on a <stadt-map>: a way in its parts. A part is drawn bold while its item in the list beside is pointed at.
   properties.dashed: the line is not what was asked for, but the best there is. properties.level (1, 2): this stretch of
   a line stands out, with its label beside it. Points with properties.dot ("full", "open") are drawn on the line, small,
   with their label where there is room; they are no marks that one could choose: the list says the same. */

const SOURCE = "lines";
const DOTS = "dots";

const isLine = (feature) => feature.geometry?.type === "LineString";

/** The lines of a collection, with the id as text in properties.id. */
export function lines(collection) {
  return {
    type: "FeatureCollection",
    features: (collection.features ?? []).filter(isLine).map((feature) => ({
      ...feature,
      properties: { ...feature.properties, id: String(feature.properties?.id ?? feature.id) },
    })),
  };
}

export const isDot = (feature) => feature.geometry?.type === "Point" && Boolean(feature.properties?.dot);

/** A colour as MapLibre understands it: it does not know oklch(). */
export function asRgb(value) {
  const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  context.fillStyle = value;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}

/** Draws the lines below the marks; returns all their positions, for framing. */
export function drawLines(element, collection) {
  const { map } = element;
  const style = getComputedStyle(element);
  const colour = (name) => asRgb(style.getPropertyValue(name).trim());
  const round = { "line-join": "round", "line-cap": "round" };
  map.addSource(SOURCE, { type: "geojson", data: collection });
  const whole = ["!", ["has", "level"]];
  const add = (id, paint, filter, layout = round) =>
    map.addLayer({ id, type: "line", source: SOURCE, layout, paint, filter: ["all", whole, filter] });
  const dashed = ["==", ["get", "dashed"], true];
  add(`${SOURCE}-edge`, { "line-color": colour("--sh-surface"), "line-width": 10 }, ["!", dashed]);
  add(SOURCE, { "line-color": colour("--town-accent"), "line-width": 6 }, ["!", dashed]);
  add(`${SOURCE}-dashed-edge`, { "line-color": colour("--sh-surface"), "line-width": 9 }, dashed);
  add(`${SOURCE}-dashed`, { "line-color": colour("--town-accent"), "line-width": 5, "line-dasharray": [2, 1.2] }, dashed, {
    "line-join": "round",
  });
  stretches(map, colour);
  add(`${SOURCE}-bold`, { "line-color": colour("--sh-text"), "line-width": 8 }, ["==", ["get", "id"], ""]);

  const list = document.getElementById(element.getAttribute("list") ?? "");
  const bold = (item) =>
    map.setFilter(`${SOURCE}-bold`, ["all", whole, ["==", ["get", "id"], item?.dataset.featureId ?? ""]]);
  list?.addEventListener("mouseover", (event) => bold(event.target.closest?.("[data-feature-id]")));
  list?.addEventListener("mouseleave", () => bold(null));
  return collection.features.flatMap((feature) => feature.geometry.coordinates);
}

/** The fonts of the map's own labels; none where the map has no labels. */
const fonts = (map) => map.getStyle().layers.find((layer) => layer.layout?.["text-font"])?.layout["text-font"];

function label(map, id, source, colour, layout, more = {}) {
  const font = fonts(map);
  if (!font) return;
  const text = { "text-field": ["get", "label"], "text-font": font, "text-size": 13, ...layout };
  const paint = { "text-color": colour("--sh-text"), "text-halo-color": colour("--sh-surface"), "text-halo-width": 2 };
  map.addLayer({ id, type: "symbol", source, layout: text, paint, ...more });
}

/** Stretches that stand out: over a line in its whole width, over a dashed one as a stripe. */
function stretches(map, colour) {
  const level = ["match", ["get", "level"], 2, colour("--sh-map-level-2"), colour("--sh-map-level-1")];
  const width = ["case", ["==", ["get", "dashed"], true], 3, 6];
  map.addLayer({
    id: `${SOURCE}-level`,
    type: "line",
    source: SOURCE,
    filter: ["has", "level"],
    layout: { "line-join": "round" },
    paint: { "line-color": level, "line-width": width },
  });
  const layout = { "symbol-placement": "line-center", "text-offset": [0, -1.1] };
  label(map, `${SOURCE}-level-label`, SOURCE, colour, layout, { filter: ["has", "level"] });
}

/** Small dots on the lines, with their labels as soon as one is near enough. */
export function drawDots(element, features) {
  const { map } = element;
  const style = getComputedStyle(element);
  const colour = (name) => asRgb(style.getPropertyValue(name).trim());
  map.addSource(DOTS, { type: "geojson", data: { type: "FeatureCollection", features } });
  map.addLayer({
    id: DOTS,
    type: "circle",
    source: DOTS,
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 13, 2.5, 17, 5],
      "circle-color": ["match", ["get", "dot"], "full", colour("--sh-text"), colour("--sh-surface")],
      "circle-stroke-color": ["match", ["get", "dot"], "full", colour("--sh-surface"), colour("--sh-text")],
      "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 13, 1, 17, 2],
    },
  });
  label(map, `${DOTS}-label`, DOTS, colour, { "text-anchor": "left", "text-offset": [0.6, 0] }, { minzoom: 15 });
}
