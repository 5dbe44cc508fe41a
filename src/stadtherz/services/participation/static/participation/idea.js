/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* An open page of an idea follows what happens: the town's answer and new comments come in by themselves. What somebody
   reads stays where it stands, what has the focus is left alone, and a line at the foot of the window says what is new. */

const line = document.querySelector("[data-developments]");
const LONGEST_WAIT = 1500; /* a random delay, so that many open pages do not ask at once */
let asking = 0;

line?.addEventListener("live", () => {
  clearTimeout(asking); /* several messages in a moment are one question */
  asking = setTimeout(ask, 200 + Math.random() * LONGEST_WAIT);
});

async function ask() {
  const answer = await fetch(line.dataset.developments, { headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const news = whatIsNew(fresh);
  const changed = [...document.querySelectorAll("[data-part]")].filter((part) => {
    const next = counterpart(part, fresh);
    return next && next.innerHTML.trim() !== part.innerHTML.trim();
  });
  for (const part of changed) {
    if (part.contains(document.activeElement)) part.addEventListener("focusout", () => setTimeout(() => exchange(part, fresh)), { once: true });
    else exchange(part, fresh);
  }
  if (news) say(news);
}

const counterpart = (part, fresh) => fresh.querySelector(`[data-part="${part.dataset.part}"]`);
const steps = (root) => root.querySelectorAll('[data-part="timeline"] .sh-timeline__done').length;

/** The words and the place of what is new, the town's answer first; null if something only changed or went away. */
function whatIsNew(fresh) {
  if (steps(fresh) > steps(document)) return { words: line.dataset.answered, target: "timeline" };
  for (const comment of fresh.querySelectorAll(".pt-comment[id]")) {
    if (!document.getElementById(comment.id)) return { words: line.dataset.discussed, target: comment.id };
  }
  return null;
}

/** Exchange a part without moving what stands in the middle of the window. */
function exchange(part, fresh) {
  if (part.contains(document.activeElement)) return;
  const next = counterpart(part, fresh);
  const root = document.documentElement;
  const middle = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
  const named = part.contains(middle) ? middle.closest("[id]")?.id : "";
  const before = (named ? document.getElementById(named) : middle)?.getBoundingClientRect().top;
  root.classList.add("pt-hold"); /* one of us holds the place: not the browser as well */
  part.replaceChildren(...[...next.childNodes].map((node) => document.importNode(node, true)));
  const after = (named ? document.getElementById(named) : middle)?.getBoundingClientRect().top;
  if (before !== undefined && after !== undefined && (named || middle.isConnected)) scrollBy({ top: after - before, behavior: "instant" });
  requestAnimationFrame(() => requestAnimationFrame(() => root.classList.remove("pt-hold")));
}

function say({ words, target }) {
  const link = document.createElement("a");
  link.href = `#${target}`;
  link.className = "sh-link";
  link.textContent = words;
  link.addEventListener("click", () => {
    setTimeout(() => {
      const place = document.getElementById(target);
      place?.setAttribute("tabindex", "-1");
      place?.focus({ preventScroll: true });
      line.replaceChildren();
    });
  });
  line.replaceChildren(link);
}
