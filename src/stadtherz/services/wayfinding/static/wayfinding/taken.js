/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Takes a way along on this device, to be read without network; lists what was taken along, and lets it go. */

const WAYS = "stadtherz-ways";
const take = document.querySelector("[data-take]");
const kept = document.querySelector("[data-ways-kept]");
const able = "serviceWorker" in navigator && "caches" in window && isSecureContext;

function parts() {
  const files = [...document.querySelectorAll("link[rel=stylesheet], script[src], link[rel=modulepreload]")];
  const icons = [...document.querySelectorAll("svg use")].map((use) => use.getAttribute("href").split("#")[0]);
  const fonts = performance.getEntriesByType("resource").map((entry) => entry.name);
  const addresses = [
    location.href,
    take.dataset.scope,
    ...files.map((file) => file.href ?? file.src),
    ...icons,
    ...fonts.filter((name) => /\.(woff2?|css|js|mjs|svg)(\?|$)|\.geojson/.test(name)),
  ];
  const own = addresses.filter(Boolean).map((address) => new URL(address, location.href));
  return [...new Set(own.filter((url) => url.origin === location.origin).map((url) => url.href.split("#")[0]))];
}

async function keep() {
  const worker = await navigator.serviceWorker.register(take.dataset.worker, { scope: take.dataset.scope });
  await navigator.serviceWorker.ready;
  const channel = new MessageChannel();
  const answer = new Promise((resolve) => (channel.port1.onmessage = ({ data }) => resolve(data.kept)));
  (worker.active ?? worker.waiting ?? worker.installing).postMessage({ keep: true, parts: parts() }, [channel.port2]);
  return answer;
}

if (take && able) {
  const said = document.querySelector("[data-take-said]");
  take.hidden = false;
  take.addEventListener("click", async () => {
    said.textContent = "";
    let done = false;
    try {
      done = await keep();
    } catch {
      done = false;
    }
    said.textContent = done ? said.dataset.done : said.dataset.failed;
  });
}

async function list() {
  const cache = await caches.open(WAYS);
  const here = ({ url }) => new URL(url).pathname === location.pathname;
  // without a question it is this very page, kept so that the list can be read without network
  const pages = (await cache.keys()).filter((request) => here(request) && new URL(request.url).search);
  const rows = await Promise.all(
    pages.map(async (request) => {
      const text = await (await cache.match(request, { ignoreVary: true })).text();
      const page = new DOMParser().parseFromString(text, "text/html");
      const title = page.querySelector("h1")?.textContent.trim();
      // for whom it is, and whether it keeps their limits
      const about = [".wf-aid-used span", "#why"].map((part) => page.querySelector(part)?.textContent.trim());
      const row = document.createElement("li");
      const link = Object.assign(document.createElement("a"), { href: request.url, textContent: title ?? request.url });
      const drop = Object.assign(document.createElement("button"), {
        type: "button",
        className: "wf-here",
        textContent: kept.dataset.drop,
      });
      drop.setAttribute("aria-label", `${kept.dataset.drop}: ${link.textContent}`);
      drop.addEventListener("click", async () => {
        await cache.delete(request);
        row.remove();
        kept.hidden = !kept.querySelector("li");
        if (kept.hidden) await caches.delete(WAYS);
      });
      const said = Object.assign(document.createElement("p"), { textContent: about.filter(Boolean).join(". ") });
      said.className = "sh-small sh-muted sh-flush";
      row.append(link, said, drop);
      return row;
    }),
  );
  kept.querySelector("ul").replaceChildren(...rows);
  kept.hidden = !rows.length;
  const without = document.documentElement.hasAttribute("data-taken-along"); // the page itself was taken along
  kept.querySelector("[data-no-network]").hidden = !without;
  if (without) document.querySelector("main h1").parentElement.after(kept);
}

if (kept && able) list().catch(() => (kept.hidden = true));
