/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Areas on a <stadt-map>: polygons below lines and marks. properties.rank (0, 1, 2 …): the higher, the paler; the outline
   of an area is drawn bold while its item in the list beside is pointed at. */

import { asRgb } from "./map-lines.js";

const SOURCE = "areas";

const isArea = (feature) => /Polygon$/.test(feature.geometry?.type ?? "");

/** The polygons of a collection, palest first, with the id as text in properties.id. */
export function areas(collection) {
  const features = (collection.features ?? []).filter(isArea).map((feature) => ({
    ...feature,
    properties: { rank: 0, ...feature.properties, id: String(feature.properties?.id ?? feature.id) },
  }));
  return { type: "FeatureCollection", features: features.sort((a, b) => b.properties.rank - a.properties.rank) };
}

/** Draws the areas; returns their positions, for framing. */
export function drawAreas(element, collection) {
  const { map } = element;
  const style = getComputedStyle(element);
  const colour = (name) => asRgb(style.getPropertyValue(name).trim());
  map.addSource(SOURCE, { type: "geojson", data: collection });
  // names stay readable above what is coloured
  const names = map.getStyle().layers.find(({ type }) => type === "symbol")?.id;
  const opacity = ["interpolate", ["linear"], ["get", "rank"], 0, 0.45, 3, 0.15];
  map.addLayer({
    id: SOURCE,
    type: "fill",
    source: SOURCE,
    paint: { "fill-color": colour("--town-accent"), "fill-opacity": opacity },
  }, names);
  map.addLayer({
    id: `${SOURCE}-edge`,
    type: "line",
    source: SOURCE,
    paint: { "line-color": colour("--town-accent"), "line-width": 1.5 },
  }, names);
  map.addLayer({
    id: `${SOURCE}-bold`,
    type: "line",
    source: SOURCE,
    filter: ["==", ["get", "id"], ""],
    paint: { "line-color": colour("--sh-text"), "line-width": 4 },
  });
  const list = document.getElementById(element.getAttribute("list") ?? "");
  const bold = (item) => map.setFilter(`${SOURCE}-bold`, ["==", ["get", "id"], item?.dataset.featureId ?? ""]);
  list?.addEventListener("mouseover", (event) => bold(event.target.closest?.("[data-feature-id]")));
  list?.addEventListener("mouseleave", () => bold(null));
  return collection.features.flatMap((feature) => feature.geometry.coordinates.flat(Infinity)).reduce((pairs, value, at) => {
    if (at % 2) pairs.at(-1).push(value);
    else pairs.push([value]);
    return pairs;
  }, []);
}
