/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Choosing a place on a <stadt-map mode="pick">: by a click, by Enter for the middle of the map, by address search, or by
   the visitor's own position. Writes into the two inputs whose ids stand in the attributes latitude and longitude. */

class Picker {
  constructor(element) {
    this.element = element;
    this.map = element.map;
    this.latitude = document.getElementById(element.getAttribute("latitude"));
    this.longitude = document.getElementById(element.getAttribute("longitude"));
    this.map.on("click", (event) => this.choose(event.lngLat.toArray()));
    this.map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.choose(this.map.getCenter().toArray());
      const said = document.getElementById("announcements"); /* the pin appears unseen by who cannot see the map */
      if (said) said.textContent = element.word("marker");
    });
    this.map.getCanvas().setAttribute("aria-description", element.word("help"));
    const known = [Number(this.longitude?.value), Number(this.latitude?.value)];
    if (this.longitude?.value && known.every(Number.isFinite)) this.choose(known, { quiet: true, zoom: 16 });
    if (element.getAttribute("search")) this.addSearch(element.getAttribute("search"));
    if (navigator.geolocation) this.addHere();
  }

  choose(lonLat, { quiet = false, zoom } = {}) {
    if (!this.marker) {
      const pin = document.createElement("button");
      pin.type = "button";
      pin.className = "sh-pin-mark";
      pin.setAttribute("aria-label", this.element.word("marker"));
      pin.addEventListener("keydown", (event) => this.nudge(event));
      pin.addEventListener("click", (event) => event.stopPropagation());
      this.marker = new this.element.gl.Marker({ element: pin, anchor: "bottom", draggable: true });
      this.marker.on("dragend", () => this.write(this.marker.getLngLat().toArray()));
    }
    this.marker.setLngLat(lonLat).addTo(this.map);
    if (zoom) this.element.go(lonLat, Math.max(zoom, this.map.getZoom()));
    if (!quiet) this.write(lonLat);
  }

  write([longitude, latitude]) {
    for (const [input, value] of [[this.longitude, longitude], [this.latitude, latitude]]) {
      if (!input) continue;
      input.value = value.toFixed(6);
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.element.dispatchEvent(new CustomEvent("picked", { bubbles: true, detail: { longitude, latitude } }));
  }

  /** Arrow keys move the pin by about five pixels. */
  nudge(event) {
    const step = { ArrowRight: [5, 0], ArrowLeft: [-5, 0], ArrowUp: [0, -5], ArrowDown: [0, 5] }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const at = this.map.project(this.marker.getLngLat());
    this.choose(this.map.unproject([at.x + step[0], at.y + step[1]]).toArray());
  }

  addHere() {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "sh-map__here" });
    button.textContent = this.element.word("here");
    button.addEventListener("click", () =>
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => this.choose([coords.longitude, coords.latitude], { zoom: 17 }),
        () => this.hits([]),
        { enableHighAccuracy: true, timeout: 10000 },
      ),
    );
    this.box().append(button);
  }

  box() {
    if (!this.tools) {
      this.tools = Object.assign(document.createElement("div"), { className: "sh-map__tools" });
      this.element.append(this.tools);
    }
    return this.tools;
  }

  addSearch(url) {
    const row = Object.assign(document.createElement("div"), { className: "sh-map__search" });
    const input = Object.assign(document.createElement("input"), { type: "search", autocomplete: "street-address" });
    input.setAttribute("aria-label", this.element.word("search"));
    input.placeholder = this.element.word("search");
    input.dataset.noDraft = "";
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: this.element.word("find") });
    const search = async () => {
      if (!input.value.trim()) return;
      try {
        const answer = await fetch(`${url}?q=${encodeURIComponent(input.value.trim())}`);
        this.hits(answer.ok ? places(await answer.json()) : []);
      } catch {
        this.hits([]);
      }
    };
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); /* or the form around would be sent */
      search();
    });
    button.addEventListener("click", search);
    row.append(input, button);
    this.box().prepend(row);
  }

  hits(found) {
    this.list?.remove();
    this.list = Object.assign(document.createElement("ul"), { className: "sh-map__hits" });
    this.list.setAttribute("role", "status");
    for (const place of found.slice(0, 6)) {
      const item = document.createElement("li");
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: place.title });
      button.addEventListener("click", () => {
        this.choose([place.longitude, place.latitude], { zoom: 17 });
        this.list.remove();
        this.map.getCanvas().focus();
      });
      item.append(button);
      this.list.append(item);
    }
    if (found.length === 0) {
      this.list.append(Object.assign(document.createElement("li"), { textContent: this.element.word("none") }));
    }
    this.box().append(this.list);
  }
}

/** Hits as title, longitude, latitude: from GeoJSON or from a list. */
export function places(answer) {
  if (answer.features) {
    return answer.features.map(({ geometry, properties }) => ({
      title: properties.label ?? properties.title ?? properties.name,
      longitude: geometry.coordinates[0],
      latitude: geometry.coordinates[1],
    }));
  }
  const list = answer.items ?? answer.results ?? answer.hits ?? answer;
  return (Array.isArray(list) ? list : []).map((hit) => ({
    title: hit.label ?? hit.title ?? hit.name,
    longitude: Number(hit.longitude ?? hit.lon ?? hit.point?.[0]),
    latitude: Number(hit.latitude ?? hit.lat ?? hit.point?.[1]),
  }));
}

export function choosePlace(element) {
  element.picker = new Picker(element);
}
