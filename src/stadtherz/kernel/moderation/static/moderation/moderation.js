/* SPDX-FileCopyrightText: Stadtherz contributors; SPDX-License-Identifier: EUPL-1.2 */
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
let waiting = 0;
if (count) {
  count.addEventListener("live", () => {
    clearTimeout(waiting); /* several decisions in a second are one question */
    waiting = setTimeout(async () => {
      const answer = await fetch(count.dataset.count, { headers: { "X-Requested-With": "fetch" } });
      if (answer.ok) count.innerHTML = await answer.text();
    }, 400);
  });
}
