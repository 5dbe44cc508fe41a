/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Features on a <stadt-map>: clusters with numbers, markers, and the list beside that moves together with them.
   Markers are buttons: the style sheet draws them, screen readers hear their titles, arrow keys walk from one to the next. */

import { areas, drawAreas } from "./map-areas.js";
import { gathered } from "./map-gathered.js";
import { drawDots, drawLines, isDot, lines } from "./map-lines.js";

const SOURCE = "features";

/** Points, with the id as text in properties.id; features without a place are left to the list. */
function points(collection) {
  return {
    type: "FeatureCollection",
    features: (collection.features ?? [])
      .filter((feature) => feature.geometry?.type === "Point" && !isDot(feature))
      .map((feature) => ({
        ...feature,
        properties: { ...feature.properties, id: String(feature.properties?.id ?? feature.id) },
      })),
  };
}

const FEWEST = 5; // of fewer nobody can say what lies apart
const NEAR = 1000; // metres

/** Those among which most lie: without the few that lie more than three times as far from the middle as two thirds do. */
export function nearby(features) {
  if (features.length < FEWEST) return features;
  const middle = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
  const [lon, lat] = [0, 1].map((axis) => middle(features.map((feature) => feature.geometry.coordinates[axis])));
  const shrink = Math.cos((lat * Math.PI) / 180);
  const far = ({ geometry: { coordinates: [x, y] } }) => 111_320 * Math.hypot((x - lon) * shrink, y - lat);
  const reach = 3 * features.map(far).sort((a, b) => a - b)[Math.ceil((features.length * 2) / 3) - 1];
  return features.filter((feature) => far(feature) <= Math.max(reach, NEAR));
}

class Features {
  constructor(element, collection, { clustered = true, along = [] } = {}) {
    this.along = along;
    this.element = element;
    this.map = element.map;
    this.all = new Map(collection.features.map((feature) => [feature.properties.id, feature]));
    this.markers = new Map();
    /** By key of a mark with a letter: the keys of all that stand in one mark with it, first the one that is seen. */
    this.together = new Map();
    this.selected = element.getAttribute("selected") ?? "";
    this.hovered = "";
    this.lists = (element.getAttribute("list") ?? "").split(" ").flatMap((id) => document.getElementById(id) ?? []);
    this.map.addSource(SOURCE, { type: "geojson", data: collection, cluster: clustered, clusterRadius: 46, clusterMaxZoom: 16 });
    /* A source is only loaded where a layer asks for it; the circles themselves are not to be seen. */
    this.map.addLayer({
      id: SOURCE,
      type: "circle",
      source: SOURCE,
      paint: { "circle-radius": 1, "circle-opacity": 0 },
    });
    const draw = () => this.draw();
    this.map.on("moveend", draw);
    this.map.on("sourcedata", (event) => event.sourceId === SOURCE && event.isSourceLoaded && this.draw());
    this.map.on("idle", draw);
    this.map.on("click", () => this.popup?.remove());
    this.watchList();
    element.addEventListener("keydown", (event) => this.walk(event));
    element.addEventListener("keydown", (event) => event.key === "Escape" && this.leavePopup());
  }

  draw() {
    if (!this.map.isSourceLoaded(SOURCE)) return;
    const seen = new Map();
    for (const feature of this.map.querySourceFeatures(SOURCE)) {
      const key = feature.properties.cluster ? `cluster-${feature.properties.cluster_id}` : feature.properties.id;
      seen.set(key, feature);
    }
    const keep = document.activeElement?.dataset?.key;
    for (const [key, marker] of this.markers) {
      if (!seen.has(key)) {
        marker.remove();
        this.markers.delete(key);
      }
    }
    for (const [key, feature] of seen) if (!this.markers.has(key)) this.add(key, feature);
    this.gather();
    this.ring();
    if (keep && !this.markers.has(keep)) this.map.getCanvas().focus({ preventScroll: true });
    else if (keep && this.marks(keep)[0] !== keep) this.markers.get(this.marks(keep)[0]).getElement().focus({ preventScroll: true });
  }

  /** The keys of all that one mark shows; first its own. */
  marks(key) {
    return this.together.get(key) ?? [key];
  }

  /** Marks with letters that would cover each other become one. */
  gather() {
    const marks = [];
    for (const key of this.markers.keys()) {
      const { properties, geometry } = this.all.get(key) ?? {};
      if (properties?.letter) marks.push({ key, letter: properties.letter, ...this.map.project(geometry.coordinates) });
    }
    this.together.clear();
    for (const { members, x, y, label } of gathered(marks)) {
      const keys = members.map((member) => member.key);
      for (const [at, key] of keys.entries()) {
        this.together.set(key, keys);
        const marker = this.markers.get(key);
        const button = marker.getElement();
        const alone = keys.length === 1;
        button.hidden = at > 0;
        button.dataset.letter = alone || at ? this.all.get(key).properties.letter : label;
        button.setAttribute("aria-label", (at ? [key] : keys).map((each) => this.nameOf(each, !alone)).join("; "));
        marker.setLngLat(alone || at ? this.all.get(key).geometry.coordinates : this.map.unproject([x, y]));
      }
    }
  }

  nameOf(key, withLetter) {
    const { title, letter } = this.all.get(key).properties;
    return withLetter ? `${letter}: ${title}` : title;
  }

  add(key, feature) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.key = key;
    const { properties, geometry } = feature;
    if (properties.cluster) {
      const count = properties.point_count;
      button.className = `sh-cluster-mark sh-cluster-mark--${count < 10 ? "small" : count < 100 ? "middle" : "large"}`;
      button.textContent = properties.point_count_abbreviated;
      button.setAttribute("aria-label", this.element.word("cluster", count));
      button.addEventListener("click", async (event) => {
        event.stopPropagation();
        const zoom = await this.map.getSource(SOURCE).getClusterExpansionZoom(properties.cluster_id);
        this.element.go(geometry.coordinates, Math.min(zoom + 0.2, 19));
      });
    } else {
      button.className = properties.figure ? "sh-figure-mark" : "sh-point-mark";
      button.setAttribute("aria-label", [properties.title, properties.figure && properties.status].filter(Boolean).join(", "));
      if (properties.figure) {
        button.textContent = properties.figure;
        button.dataset.level = properties.level ?? "plain";
        button.dataset.stream = properties.stream ?? "";
      }
      if (properties.letter) button.dataset.letter = properties.letter;
      button.addEventListener("click", (event) => {
        event.stopPropagation();
        this.select(key, { fromMap: true });
      });
      button.addEventListener("mouseenter", () => this.hover(key));
      button.addEventListener("mouseleave", () => this.hover(""));
    }
    const marker = new this.element.gl.Marker({ element: button, anchor: "center" });
    this.markers.set(key, marker.setLngLat(geometry.coordinates).addTo(this.map));
  }

  /** Show selection and hover by a ring, and leave one marker in the tab order. */
  ring() {
    let first = true;
    for (const [key, marker] of this.markers) {
      const button = marker.getElement();
      button.toggleAttribute("data-selected", this.marks(key).includes(this.selected));
      button.toggleAttribute("data-hover", this.marks(key).includes(this.hovered));
      button.tabIndex = first && !button.hidden ? 0 : -1;
      first &&= button.hidden;
    }
    for (const item of this.items()) {
      item.toggleAttribute("data-selected", item.dataset.featureId === this.selected);
      item.toggleAttribute("data-hover", item.dataset.featureId === this.hovered);
    }
  }

  items() {
    return this.lists.flatMap((list) => [...list.querySelectorAll("[data-feature-id]")]);
  }

  hover(id) {
    if (this.hovered === id) return;
    this.hovered = id;
    this.ring();
  }

  select(id, { fromMap = false } = {}) {
    this.selected = id;
    this.ring();
    const feature = this.all.get(id);
    if (!feature) return;
    if (fromMap) {
      this.open(feature, this.marks(id));
      for (const list of this.lists) {
        const item = list.querySelector(`[data-feature-id="${CSS.escape(id)}"]`);
        if (item) list.parentElement.scrollTo({ top: item.offsetTop - list.offsetTop - 16, behavior: "smooth" });
      }
    } else {
      this.popup?.remove();
      const zoom = Math.max(this.map.getZoom(), this.markers.has(id) ? 0 : 16.5);
      if (!this.map.getBounds().contains(feature.geometry.coordinates) || !this.markers.has(id)) {
        this.element.go(feature.geometry.coordinates, zoom);
      }
    }
    this.element.dispatchEvent(new CustomEvent("selected", { bubbles: true, detail: { id } }));
  }

  open(feature, keys) {
    const { title, url, meta, status } = feature.properties;
    const body = document.createElement("div");
    body.className = "sh-popup";
    if (keys.length > 1) {
      body.append(...keys.map((key) => Object.assign(document.createElement("p"), { textContent: this.nameOf(key, true) })));
      return this.popUp(this.markers.get(keys[0]).getLngLat(), body);
    }
    const head = document.createElement(url ? "a" : "strong");
    head.textContent = title ?? "";
    if (url) head.href = url;
    body.append(head);
    for (const text of [status, meta]) {
      if (text) body.append(Object.assign(document.createElement("p"), { textContent: text }));
    }
    return this.popUp(feature.geometry.coordinates, body);
  }

  popUp(place, body) {
    this.popup?.remove();
    this.popup = new this.element.gl.Popup({ offset: 16, maxWidth: "18rem", focusAfterOpen: true })
      .setLngLat(place)
      .setDOMContent(body)
      .addTo(this.map);
  }

  /** Back to the mark from which it was opened. */
  leavePopup() {
    if (!this.popup?.isOpen()) return;
    this.popup.remove();
    this.markers.get(this.marks(this.selected)[0])?.getElement().focus({ preventScroll: true });
  }

  watchList() {
    const idOf = (event) => event.target.closest?.("[data-feature-id]")?.dataset.featureId ?? "";
    for (const list of this.lists) {
      list.addEventListener("mouseover", (event) => this.hover(idOf(event)));
      list.addEventListener("mouseleave", () => this.hover(""));
      list.addEventListener("focusin", (event) => this.select(idOf(event)));
    }
  }

  walk(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const from = event.target.dataset?.key;
    if (!step || !from) return;
    event.preventDefault();
    event.stopPropagation();
    const inOrder = [...this.markers.values()].filter((marker) => !marker.getElement().hidden).sort((a, b) => a.getLngLat().lng - b.getLngLat().lng);
    const at = inOrder.findIndex((marker) => marker.getElement().dataset.key === from);
    inOrder[(at + step + inOrder.length) % inOrder.length].getElement().focus();
  }

  /** See first what is selected, or where most lies; of what lies far outside a button tells, and shows it. */
  frame() {
    const chosen = this.all.get(this.selected);
    if (chosen) return this.map.jumpTo({ center: chosen.geometry.coordinates, zoom: 16 });
    if (this.element.hasAttribute("keep-view") || this.all.size === 0) return undefined;
    const all = [...this.all.values()];
    const near = this.along.length ? all : nearby(all);
    if (near.length < all.length) this.tellOutside(all, all.length - near.length);
    return this.show(near, false);
  }

  show(features, animate) {
    const bounds = new this.element.gl.LngLatBounds();
    for (const feature of features) bounds.extend(feature.geometry.coordinates);
    for (const position of this.along) bounds.extend(position);
    // on a phone a fixed margin would leave nothing of the map; the buttons for zooming need theirs
    const edge = Math.min(48, Math.round(this.element.clientWidth / 12));
    const padding = { top: edge, bottom: edge, left: edge, right: this.along.length ? Math.max(edge, Math.min(80, edge * 2)) : edge };
    return this.map.fitBounds(bounds, { padding, maxZoom: this.along.length ? 17.5 : 15, animate });
  }

  tellOutside(all, count) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sh-map__outside";
    button.textContent = this.element.word(count === 1 ? "outside-one" : "outside", count);
    button.addEventListener("click", () => {
      button.remove();
      this.map.getCanvas().focus({ preventScroll: true });
      this.show(all, !matchMedia("(prefers-reduced-motion: reduce)").matches);
    });
    this.element.append(button);
  }
}

export async function showFeatures(element) {
  const answer = await fetch(element.getAttribute("src"), { headers: { Accept: "application/geo+json, application/json" } });
  if (!answer.ok) throw new Error(`${element.getAttribute("src")}: ${answer.status}`);
  const collection = await answer.json();
  const zones = areas(collection);
  const around = zones.features.length ? drawAreas(element, zones) : [];
  const ways = lines(collection);
  const along = [...around, ...(ways.features.length ? drawLines(element, ways) : [])];
  const dots = (collection.features ?? []).filter(isDot);
  if (dots.length) drawDots(element, dots);
  const features = new Features(element, points(collection), { clustered: collection.clustered !== false, along });
  features.frame();
  element.select = (id) => features.select(String(id));
}
