/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Keeps what somebody writes in a form with data-draft="key" on this device, until it has been sent, and offers it again.
   It is forgotten when the page after sending shows success, when it is discarded, on signing out, and after a week. */

const PREFIX = "stadtherz.draft.";
const KEEP = 7 * 24 * 60 * 60 * 1000;
const SENT = "stadtherz.sent";
const never = new Set(["password", "hidden", "file", "submit", "button", "reset"]);

const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));

function fields(form) {
  return [...form.elements].filter(
    (field) => field.name && !never.has(field.type) && !/password|captcha|csrf/i.test(field.name) && !field.closest("[data-no-draft]"),
  );
}

function read(form) {
  const values = {};
  for (const field of fields(form)) {
    if (field.type === "checkbox" || field.type === "radio") {
      values[`${field.name}=${field.value}`] = field.checked;
    } else {
      values[field.name] = field.value;
    }
  }
  return values;
}

function write(form, values) {
  form.dispatchEvent(new CustomEvent("draft", { detail: values })); /* a form that grows makes room first */
  for (const field of fields(form)) {
    const mark = field.type === "checkbox" || field.type === "radio";
    const value = values[mark ? `${field.name}=${field.value}` : field.name];
    if (value === undefined) continue;
    if (mark) field.checked = value;
    else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** The form as the server sent it, without what somebody wrote before this script had come. After going back or loading anew
    the browser has filled it in by itself: then it is taken as it stands. */
function asSent(form) {
  if (performance.getEntriesByType("navigation")[0]?.type !== "navigate") return form;
  const copy = form.cloneNode(true);
  copy.reset();
  return copy;
}

const worthKeeping = (form, empty) => JSON.stringify(read(form)) !== empty;

function offer(form, key, draft, words) {
  const bar = document.createElement("div");
  bar.className = "sh-draft";
  bar.setAttribute("role", "status");
  const at = new Date(draft.at);
  const today = at.toDateString() === new Date().toDateString();
  const time = at.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  const day = at.toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "long" });
  const text = document.createElement("p");
  text.textContent = words.offer.replace("{}", today ? time : `${day}, ${time}`);
  const button = (label, kind, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = `kern-btn kern-btn--${kind} kern-btn--x-small`;
    const span = document.createElement("span");
    span.className = "kern-label";
    span.textContent = label;
    made.append(span);
    made.addEventListener("click", () => {
      act();
      bar.remove();
    });
    return made;
  };
  bar.append(
    text,
    button(words.take, "secondary", () => {
      write(form, draft.values);
      fields(form)[0]?.focus();
    }),
    button(words.drop, "tertiary", () => localStorage.removeItem(key)),
  );
  form.prepend(bar);
}

function watch(form, words) {
  const key = PREFIX + form.dataset.draft;
  const empty = JSON.stringify(read(asSent(form)));
  const stored = JSON.parse(localStorage.getItem(key) ?? "null");
  const refused = form.querySelector("[data-error-summary]") !== null;
  const now = read(form);
  const differs = stored && Object.entries(stored.values).some(([name, value]) => (now[name] ?? value) !== value);
  const offered = differs && !refused;
  if (offered) offer(form, key, stored, words);
  let timer = 0;
  const save = () => {
    clearTimeout(timer);
    if (!worthKeeping(form, empty)) return;
    try {
      localStorage.setItem(key, JSON.stringify({ at: Date.now(), values: read(form) }));
    } catch {
      /* no room on this device: the form itself still works */
    }
  };
  form.addEventListener("input", (event) => {
    if (!event.isTrusted) return;
    clearTimeout(timer);
    timer = setTimeout(save, 400);
  });
  form.addEventListener("submit", () => {
    save();
    sessionStorage.setItem(SENT, key);
  });
  window.addEventListener("pagehide", save);
  if (!offered) save(); /* what was written before this script had come */
}

/** After sending: forget the draft only if this page says that it arrived. */
function settle() {
  const key = sessionStorage.getItem(SENT);
  if (!key) return;
  const arrived = document.querySelector(".sh-messages .sh-notice--success, [data-draft-done]");
  if (arrived) localStorage.removeItem(key);
  sessionStorage.removeItem(SENT);
}

export function watchDrafts() {
  settle();
  for (const key of keys()) {
    try {
      if (Date.now() - JSON.parse(localStorage.getItem(key)).at > KEEP) localStorage.removeItem(key);
    } catch {
      localStorage.removeItem(key);
    }
  }
  const words = document.getElementById("draft-words")?.dataset;
  if (words) for (const form of document.querySelectorAll("form[data-draft]")) watch(form, words);
  document.addEventListener("submit", (event) => {
    if (event.target.action?.includes("/logout/")) keys().forEach((key) => localStorage.removeItem(key));
  });
}
