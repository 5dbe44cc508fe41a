/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* The list of obstacles stays right while it is open: after a change the list and the map are fetched anew, and once a
   minute as well, because begin and end are told by nobody. */

const section = document.querySelector("[data-obstacles-live]");

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.querySelector("[data-obstacles-live]");
  const before = document.getElementById("obstacles-found");
  const after = now?.querySelector("#obstacles-found");
  if (!before || !after || before.innerHTML === after.innerHTML) return;
  const focused = before.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  before.replaceWith(after);
  if (focused) after.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  const map = section.querySelector("stadt-map");
  const anew = now.querySelector("stadt-map");
  if (map && anew) map.replaceWith(document.importNode(anew, true));
}

if (section) {
  let waiting = null;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => refresh().catch(() => {}), 250);
  };
  section.addEventListener("live", soon);
  setInterval(() => document.hidden || soon(), 60000);
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
