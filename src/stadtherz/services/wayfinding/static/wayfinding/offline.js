/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Service worker of the page "your way": answers with a way that was taken along when there is no network.
   It keeps only what the page asks it to keep, and only on this device. */

const WAYS = "stadtherz-ways";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("message", (event) => {
  const { keep, parts } = event.data ?? {};
  if (!keep) return;
  const answer = event.ports[0];
  event.waitUntil(
    (async () => {
      try {
        const cache = await caches.open(WAYS);
        await cache.addAll(parts.map((url) => new Request(url, { cache: "reload" })));
        answer.postMessage({ kept: true });
      } catch {
        answer.postMessage({ kept: false });
      }
    })(),
  );
});

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  event.respondWith(
    (async () => {
      try {
        return await fetch(request);
      } catch (problem) {
        const cache = await caches.open(WAYS);
        const found = await cache.match(request, { ignoreVary: true });
        if (found) return found;
        throw problem;
      }
    })(),
  );
});
