/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Service worker of the page "your way": answers with a way that was taken along when there is no network, or when the town's
   server does not answer. It keeps only what the page asks it to keep, and only on this device. Where somebody asks for
   another way without network, the list of those that were taken along comes instead. */

const WAYS = "stadtherz-ways";

async function kept(request) {
  const cache = await caches.open(WAYS);
  const found = await cache.match(request, { ignoreVary: true });
  return found && request.mode === "navigate" ? marked(found) : found;
}

/** A page that says of itself that it was taken along: what has come since is not on it. */
async function marked(page) {
  const headers = new Headers(page.headers);
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  return new Response((await page.text()).replace("<html ", "<html data-taken-along "), { headers });
}

async function insteadOf(request, problem) {
  const list = registration.scope;
  if (request.mode === "navigate" && request.url !== list && (await kept(list))) return Response.redirect(list);
  if (problem) throw problem;
  return null;
}

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
      let answer = null;
      let problem = null;
      try {
        answer = await fetch(request);
      } catch (refused) {
        problem = refused;
      }
      if (answer && answer.status < 500) return answer;
      return (await kept(request)) ?? answer ?? (await insteadOf(request, problem));
    })(),
  );
});
