/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Keeps the round that is open for a reload without network, with the files that it is made of, and which of its questions
   are done. Not the map: it is large, and its tiles need the network anyhow. */

const DONE = "stadtherz-survey-done";
const LARGE = /maplibre|\/map\.[0-9a-f]*\.?js/;

/** Questions, by the addresses that take their answers. */
export function done() {
  try {
    return new Set(JSON.parse(localStorage.getItem(DONE) ?? "[]"));
  } catch {
    return new Set();
  }
}

export function isDone(address) {
  try {
    localStorage.setItem(DONE, JSON.stringify([...done(), address].slice(-40)));
  } catch {
    // without storage the round begins anew after a reload
  }
}

function files() {
  const linked = [...document.querySelectorAll("link[rel=stylesheet], script[src], link[rel=modulepreload]")];
  const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  const all = [
    ...linked.map((file) => file.href ?? file.src),
    ...[...document.querySelectorAll("svg use")].map((use) => use.getAttribute("href").split("#")[0]),
    ...loaded.filter((name) => /\.(woff2?|css|js|svg)(\?|$)/.test(name)),
  ].map((address) => new URL(address, location.href));
  const own = all.filter((url) => url.origin === location.origin && url.pathname !== location.pathname && !LARGE.test(url.pathname));
  return [...new Set(own.map((url) => url.href))];
}

/** ``worker``: the address of the service worker, which stands below the page. Without one the round is read once. */
export async function keepRound(worker) {
  if (!("serviceWorker" in navigator) || !isSecureContext || !navigator.onLine) return;
  const answer = await fetch(location.href);
  if (!answer.ok || answer.redirected) return;
  const text = await answer.text();
  await navigator.serviceWorker.register(worker);
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage({ keep: [{ url: location.href, text }, ...files()] });
}
