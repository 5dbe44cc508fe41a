/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Service worker of a round of questions: a phone that has put the page away, for the camera or a call, shows it again also
   where there is no network. It keeps the last round alone, and answers only when the network does not. */

const ROUND = "stadtherz-round";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("message", (event) => {
  const { keep } = event.data ?? {};
  if (!Array.isArray(keep)) return;
  event.waitUntil(
    (async () => {
      await caches.delete(ROUND);
      const cache = await caches.open(ROUND);
      const [page, ...files] = keep;
      await cache.put(page.url, new Response(page.text, { headers: { "content-type": "text/html; charset=utf-8" } }));
      await Promise.allSettled(files.map((url) => cache.add(url)));
    })(),
  );
});

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  event.respondWith(
    fetch(request).catch(async (problem) => {
      const kept = await (await caches.open(ROUND)).match(request, { ignoreVary: true });
      if (kept) return kept;
      throw problem;
    }),
  );
});
