/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Loaded on every page. Everything works without it; what a page does not use is not fetched. */
import { watchForms } from "./forms.js";
import { watchMenus } from "./menus.js";

watchMenus();
watchForms();

/** Say something to screen readers without moving the focus. */
export function announce(text) {
  const place = document.getElementById("announcements");
  if (place) place.textContent = text;
}

const has = (selector) => document.querySelector(selector) !== null;

if (has("form[data-draft]") || localStorage.length > 0) import("./draft.js").then((module) => module.watchDrafts());
if (has("body[data-signed-in]")) import("./left.js").then((module) => module.watchLeaving());
if (has("[data-shortcut], [data-walk]")) import("./keys.js").then((module) => module.watchKeys());
if (has("table[data-sortable]")) import("./tables.js").then((module) => module.makeSortable(document));
if (has("[data-live]")) import("./live.js").then((module) => module.watchLive(document));
if (has("[data-share]")) import("./share.js").then((module) => module.offerSharing(document, announce));
if (has("stadt-map")) import("./map.js");
if (has("stadt-chart")) import("./chart.js");

/* A part of the page came anew: say how much there is now, and let its tables and maps work as well. */
document.addEventListener("htmx:afterSwap", (event) => {
  const part = event.detail.target;
  const announced = part.matches("[data-announce]") ? part : part.querySelector("[data-announce]");
  if (announced) announce(announced.dataset.announce);
  if (part.querySelector("table[data-sortable]")) import("./tables.js").then((module) => module.makeSortable(part));
  if (part.querySelector("stadt-map")) import("./map.js");
  if (event.target.querySelector("[data-live]")) import("./live.js").then((module) => module.watchLive(event.target));
  if (part.querySelector("stadt-chart")) import("./chart.js");
});
