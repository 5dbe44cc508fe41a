/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* <stadt-map>: a map with its list beside it (mode view), or a place to choose (mode pick). MapLibre GL is fetched only
   when the map comes into view. Without WebGL or network, words take its place; list and address field remain. */
import { showFeatures } from "./map-features.js";
import { choosePlace } from "./map-pick.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const darkDevice = matchMedia("(prefers-color-scheme: dark)");

export const isDark = () => {
  const chosen = document.documentElement.dataset.kernTheme;
  return chosen ? chosen === "dark" : darkDevice.matches;
};

let library = null;
function maplibre({ maplibre: module, worker, css }) {
  library ??= (async () => {
    if (!document.querySelector("link[data-maplibre]")) {
      const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: css });
      link.dataset.maplibre = "";
      const first = document.querySelector("link[rel=stylesheet]");
      await new Promise((done) => {
        link.onload = link.onerror = done;
        first.before(link);
      });
    }
    const found = await import(new URL(module, location.href).href);
    found.setWorkerUrl(new URL(worker, location.href).href);
    return found;
  })();
  return library;
}

function canDraw() {
  try {
    const canvas = document.createElement("canvas");
    return Boolean(canvas.getContext("webgl2") || canvas.getContext("webgl"));
  } catch {
    return false;
  }
}

class StadtMap extends HTMLElement {
  connectedCallback() {
    if (this.started) return;
    this.started = true;
    this.stage = document.createElement("div");
    this.stage.className = "sh-map__stage";
    this.note = Object.assign(document.createElement("p"), { className: "sh-map__note", textContent: this.word("load") });
    this.append(this.stage, this.note);
    if (!canDraw()) return this.say("no-webgl");
    new IntersectionObserver(
      (entries, observer) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        this.start().catch((error) => {
          console.warn("stadt-map:", error);
          this.say("failed");
        });
      },
      { rootMargin: "200px" },
    ).observe(this);
  }

  disconnectedCallback() {
    this.map?.remove();
    this.map = null;
  }

  /** A text that the template gave in the page's language. */
  word(name, value = "") {
    return (this.getAttribute(`data-t-${name}`) ?? "").replace("{}", value);
  }

  /** Words in place of the picture. */
  say(name) {
    this.note.textContent = this.word(name);
    this.note.hidden = false;
    this.dataset.without = "";
  }

  async style() {
    const url = this.getAttribute("style-url") ?? "/map/style.json";
    const answer = await fetch(`${url}${url.includes("?") ? "&" : "?"}theme=${isDark() ? "dark" : "light"}`);
    if (answer.ok) return answer.json();
    return {
      version: 8,
      sources: {},
      layers: [{ id: "ground", type: "background", paint: { "background-color": isDark() ? "#23262e" : "#ebe8e1" } }],
    };
  }

  async start() {
    const [gl, style] = await Promise.all([maplibre(this.dataset), this.style()]);
    if (!this.isConnected) return;
    this.gl = gl;
    const centre = (this.getAttribute("center") || "10.4,51.1").split(",").map(Number);
    this.map = new gl.Map({
      container: this.stage,
      style,
      center: centre,
      zoom: Number(this.getAttribute("zoom") || 12),
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxZoom: 20,
      cooperativeGestures: this.getAttribute("mode") !== "pick",
      fadeDuration: calm.matches ? 0 : 200,
      locale: {
        "NavigationControl.ZoomIn": this.word("zoom-in"),
        "NavigationControl.ZoomOut": this.word("zoom-out"),
        "GeolocateControl.FindMyLocation": this.word("here"),
        "AttributionControl.ToggleAttribution": this.word("attribution"),
        "Map.Title": this.getAttribute("aria-label") ?? "",
        "CooperativeGesturesHandler.WindowsHelpText": this.word("wheel"),
        "CooperativeGesturesHandler.MacHelpText": this.word("wheel-mac"),
        "CooperativeGesturesHandler.MobileHelpText": this.word("fingers"),
      },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new gl.NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new gl.AttributionControl({ compact: false }), "bottom-right");
    this.map.on("error", (event) => console.warn("stadt-map:", event.error?.message));
    await new Promise((done) => this.map.once("style.load", done));
    this.note.hidden = true;
    if (this.getAttribute("districts")) this.outline(this.getAttribute("districts"));
    if (this.getAttribute("mode") === "pick") choosePlace(this);
    if (this.getAttribute("src")) await showFeatures(this);
    this.map.once("idle", () => (this.dataset.drawn = ""));
    this.dataset.ready = "";
    this.dispatchEvent(new CustomEvent("ready", { bubbles: true }));
  }

  outline(url) {
    this.map.addSource("districts", { type: "geojson", data: url });
    const colour = getComputedStyle(this).getPropertyValue("--town-accent").trim();
    this.map.addLayer({
      id: "districts",
      type: "line",
      source: "districts",
      paint: { "line-color": colour, "line-width": 1.5, "line-opacity": 0.55, "line-dasharray": [3, 2] },
    });
  }

  /** Move there, at once for those who want no motion. */
  go(lonLat, zoom) {
    const to = { center: lonLat, zoom: zoom ?? this.map.getZoom() };
    if (calm.matches) this.map.jumpTo(to);
    else this.map.easeTo({ ...to, duration: 500 });
  }
}

customElements.define("stadt-map", StadtMap);
