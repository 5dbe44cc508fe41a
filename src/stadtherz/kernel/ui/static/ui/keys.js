/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Keys on staff pages. An element with data-shortcut="a" is used by pressing a; in a list with data-walk, j and k walk.
   The help on ? is made from the page itself and holds the switch that turns single keys off (WCAG 2.2, 2.1.4). */

const OFF = "stadtherz.keys.off";
const writing = (target) =>
  target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName) || target.closest("dialog[open]") !== null;

/* What lies in a closed details has a place in the layout, but nobody sees it: offsetParent does not tell. */
const shown = (element) => element.checkVisibility();

const label = (element) =>
  element.dataset.shortcutLabel || element.getAttribute("aria-label") || element.textContent.replace(/\s+/g, " ").trim();

function use(element) {
  if (/^(input|textarea|select)$/i.test(element.tagName) && !/^(checkbox|radio)$/.test(element.type)) element.focus();
  else {
    if (element.matches("summary")) element.focus(); /* Tab goes on inside it */
    element.click();
  }
}

function walk(step) {
  const list = document.querySelector("[data-walk]");
  if (!list) return;
  const links = [...list.querySelectorAll("li a")].filter((link) => link.matches(".sh-work__title, li > a, h3 > a, h2 > a"));
  const at = links.indexOf(document.activeElement);
  const next = links[at === -1 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1)];
  next?.focus();
  next?.closest("li").scrollIntoView({ block: "nearest" });
}

function help() {
  const dialog = document.getElementById("keyboard-help");
  const keys = dialog?.querySelector("[data-keys]");
  if (!keys) return;
  for (const made of keys.querySelectorAll("[data-made]")) made.remove();
  const add = (key, text) => {
    const dt = document.createElement("dt");
    const kbd = document.createElement("kbd");
    const dd = document.createElement("dd");
    kbd.className = "sh-key";
    kbd.textContent = key;
    dd.textContent = text;
    dt.dataset.made = dd.dataset.made = "";
    dt.append(kbd);
    keys.append(dt, dd);
  };
  if (document.querySelector("[data-walk]")) {
    add("j", keys.dataset.next);
    add("k", keys.dataset.previous);
    if (document.querySelector("[data-walk] [data-tick]")) add("x", keys.dataset.tick);
  }
  for (const element of document.querySelectorAll("[data-shortcut]")) {
    if (shown(element)) add(element.dataset.shortcut, label(element));
  }
  dialog.showModal();
}

export function watchKeys() {
  const choice = document.querySelector("[data-keys-switch]");
  if (choice) {
    choice.checked = localStorage.getItem(OFF) === null;
    choice.addEventListener("change", () => {
      if (choice.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "yes");
    });
  }
  for (const element of document.querySelectorAll("[data-shortcut]")) {
    element.setAttribute("aria-keyshortcuts", element.dataset.shortcut);
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || writing(event.target)) return;
    if (event.key === "?") {
      event.preventDefault();
      help();
      return;
    }
    if (localStorage.getItem(OFF) !== null) return;
    if (event.key === "j" || event.key === "k") return walk(event.key === "j" ? 1 : -1);
    const element = [...document.querySelectorAll("[data-shortcut]")].find(
      (candidate) => candidate.dataset.shortcut === event.key && shown(candidate),
    );
    if (element) {
      event.preventDefault();
      use(element);
    }
  });
}
