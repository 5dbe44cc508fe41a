/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Lines on a <stadt-map>: a way in its parts. A part is drawn bold while its item in the list beside is pointed at.
   properties.dashed: the line is not what was asked for, but the best there is. */

const SOURCE = "lines";

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
  const add = (id, paint, filter, layout = round) => map.addLayer({ id, type: "line", source: SOURCE, layout, paint, filter });
  const dashed = ["==", ["get", "dashed"], true];
  add(`${SOURCE}-edge`, { "line-color": colour("--sh-surface"), "line-width": 10 }, ["!", dashed]);
  add(SOURCE, { "line-color": colour("--town-accent"), "line-width": 6 }, ["!", dashed]);
  add(`${SOURCE}-dashed-edge`, { "line-color": colour("--sh-surface"), "line-width": 9 }, dashed);
  add(`${SOURCE}-dashed`, { "line-color": colour("--town-accent"), "line-width": 5, "line-dasharray": [2, 1.2] }, dashed, {
    "line-join": "round",
  });
  add(`${SOURCE}-bold`, { "line-color": colour("--sh-text"), "line-width": 8 }, ["==", ["get", "id"], ""]);

  const list = document.getElementById(element.getAttribute("list") ?? "");
  const bold = (item) => map.setFilter(`${SOURCE}-bold`, ["==", ["get", "id"], item?.dataset.featureId ?? ""]);
  list?.addEventListener("mouseover", (event) => bold(event.target.closest?.("[data-feature-id]")));
  list?.addEventListener("mouseleave", () => bold(null));
  return collection.features.flatMap((feature) => feature.geometry.coordinates);
}
