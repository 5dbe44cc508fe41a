/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* A round of questions on a phone: one to be seen, answers kept on the device until there is a network. Each answer
   carries a key of its own, so that it counts once however often it is sent. Works without this script as plain forms. */

import { done, isDone, keepRound } from "./round-kept.js";
import { dropOthers, dropPhoto, keepPhoto, keptPhoto } from "./survey-photo.js";

const STORE = "stadtherz-survey";
/** An answer that the town cannot use after this many days is not sent any more. */
const KEEP_DAYS = 60;

const waiting = () => {
  try {
    const kept = JSON.parse(localStorage.getItem(STORE) ?? "[]");
    return Array.isArray(kept) ? kept.filter((item) => Date.now() - item.at < KEEP_DAYS * 864e5) : [];
  } catch {
    return [];
  }
};
const keep = (items) => {
  try {
    localStorage.setItem(STORE, JSON.stringify(items));
    return true;
  } catch {
    return false;
  }
};

const round = document.querySelector("[data-survey]");
const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

function showWaiting() {
  const count = waiting().length;
  for (const note of document.querySelectorAll("[data-survey-waiting]")) {
    note.hidden = count === 0;
    note.textContent = count === 1 ? note.dataset.one : note.dataset.many.replace("{}", count);
  }
}

function say(text) {
  const place = document.querySelector("[data-survey-said]");
  if (place) place.textContent = text;
}

/** Send one answer with its photo. "sent", "kept" (no network), or the words of the refusal. */
async function send({ url, fields, photo }) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  body.set("csrfmiddlewaretoken", token());
  const picture = photo && (await keptPhoto(fields.key));
  if (picture) body.set("photo", picture, "photo");
  const wait = picture ? 120000 : 15000;
  let answer;
  try {
    answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" }, signal: AbortSignal.timeout(wait) });
  } catch {
    return { state: "kept" };
  }
  if (answer.ok) return { state: "sent" };
  if (answer.status === 403 || answer.status === 429 || answer.status >= 500) return { state: "kept" };
  const told = await answer.json().catch(() => ({}));
  if (told.photo && photo) {
    const result = await send({ url, fields });
    return result.state === "sent" ? { state: "sent", without: told.error } : result;
  }
  return { state: "refused", error: told.error ?? "" };
}

const TRY_AGAIN_MS = 30000;
let sending = false;
let askedAgain = false;
let later;
/** Send what waits. Asked for once more meanwhile (the network came back while it was still missed), it begins again. */
async function sendWaiting() {
  if (!token()) return "";
  if (sending) {
    askedAgain = true;
    return "";
  }
  sending = true;
  let problem = "";
  try {
    do {
      askedAgain = false;
      problem = (await sendOnce()) || problem;
    } while (askedAgain && waiting().length);
  } finally {
    sending = false;
  }
  clearTimeout(later);
  if (waiting().length && navigator.onLine) later = setTimeout(sendLater, TRY_AGAIN_MS);
  return problem;
}

/** The same without anybody's click: what waited has arrived, or was not taken, is said then. */
async function sendLater() {
  const before = waiting().length;
  const problem = await sendWaiting();
  if (problem) say(problem);
  else if (before && !waiting().length) say(round?.dataset.allSent ?? "");
}

/** One after the other, up to the first for which there is no network or no room. */
async function sendOnce() {
  let problem = "";
  for (const item of waiting()) {
    const result = await send(item);
    if (result.state === "kept") break;
    keep(waiting().filter((other) => other.fields.key !== item.fields.key));
    if (item.photo) await dropPhoto(item.fields.key);
    if (result.state === "refused") problem = `${round?.dataset.refused ?? ""} ${result.error}`;
    if (result.without) problem = `${round?.dataset.withoutPhoto ?? ""} ${result.without}`;
    showWaiting();
  }
  return problem.trim();
}

function startRound() {
  const questions = [...round.querySelectorAll("[data-question]")];
  const end = round.querySelector("[data-survey-end]");
  const several = questions.length > 1;
  let at = 0;
  const show = (number, focus = true) => {
    at = number;
    questions.forEach((question, index) => (question.hidden = index !== number));
    end.hidden = number < questions.length;
    const head = (questions[number] ?? end).querySelector("h1, h2");
    if (focus) {
      head.tabIndex = -1;
      head.focus();
      scrollTo({ top: 0 });
    }
  };
  // a round that was put away without network goes on where it was; with network it is a new one
  const before = navigator.onLine ? new Set() : done();
  const first = questions.findIndex((question) => !before.has(question.querySelector("form").action));
  if (several) show(first < 0 ? questions.length : first, false);
  questions.forEach((question, index) => {
    const form = question.querySelector("form");
    const skip = question.querySelector("[data-survey-skip]");
    skip.hidden = !several;
    skip.addEventListener("click", () => {
      say("");
      show(index + 1);
    });
    let busy = false;
    form.addEventListener("submit", async (event) => {
      const fields = Object.fromEntries(new FormData(form));
      const picture = form.elements.photo?.files[0];
      delete fields.csrfmiddlewaretoken;
      delete fields.photo;
      const answered = fields.choice || fields.figure?.trim();
      const level = fields.choice === "0" && !fields.figure?.trim();
      const directed = !form.querySelector("[name=uphill]") || fields.uphill || level;
      if (!answered || !directed) {
        event.preventDefault();
        say(round.dataset.choose);
        return;
      }
      if (busy) return event.preventDefault();
      const add = (photo) =>
        keep([...waiting().filter((item) => item.fields.key !== fields.key), { url: form.action, fields, photo, at: Date.now() }]);
      if (!keep(waiting())) return; // no storage: the browser sends the form as usual
      event.preventDefault();
      if (picture) {
        busy = true;
        say(round.dataset.preparing);
        const kept = await keepPhoto(fields.key, picture);
        busy = false;
        if (!kept) {
          form.submit(); // no room for the photo: the browser sends the form as usual
          return;
        }
      }
      add(Boolean(picture));
      isDone(form.action);
      showWaiting();
      say("");
      show(several ? at + 1 : questions.length);
      sendWaiting().then((problem) => say(problem || (waiting().length ? "" : round.dataset.sent)));
    });
  });
}

const near = document.querySelector("[data-here]");
const place = document.getElementById("ort");
if (near && place && navigator.geolocation) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "wf-here", textContent: near.dataset.here });
  const said = document.createElement("p");
  said.className = "wf-here-said";
  said.setAttribute("role", "status");
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        place.value = `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}`;
        near.requestSubmit();
      },
      () => (said.textContent = near.dataset.hereFailed),
      { enableHighAccuracy: true, timeout: 10000 },
    );
  });
  place.closest(".kern-form-input").append(button, said);
}

if (round) startRound();
if (round?.dataset.worker) keepRound(round.dataset.worker).catch(() => {}); // then a reload needs the network, as it did before
showWaiting();
sendWaiting().then(() => dropOthers(waiting().map((item) => item.fields.key)));
addEventListener("online", sendLater);
addEventListener("storage", showWaiting); // another tab has sent or kept some
