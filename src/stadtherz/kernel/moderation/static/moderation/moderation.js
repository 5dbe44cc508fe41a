/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Comfort for moderators: x ticks the row in focus, the count follows live. Everything works without it. */

const list = document.querySelector(".mod-list");
if (list) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "x" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (localStorage.getItem("stadtherz.keys.off") !== null) return;
    const box = document.activeElement?.closest("li")?.querySelector("[data-tick]");
    if (box && !document.activeElement.matches("textarea, select, input:not([type=checkbox])")) box.checked = !box.checked;
  });
}

const count = document.getElementById("queue-count");
let asking = 0;
if (count) {
  const before = count.textContent.trim();
  count.addEventListener("live", (event) => {
    const certain = event.detail.name === "changed";
    clearTimeout(asking); /* several decisions in a second are one question */
    asking = setTimeout(async () => {
      const answer = await fetch(count.dataset.count, { headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok) return;
      const made = document.createElement("div");
      made.innerHTML = await answer.text();
      if (certain || !made.textContent.trim().startsWith(before)) count.replaceChildren(...made.childNodes);
    }, 400);
  });
}
