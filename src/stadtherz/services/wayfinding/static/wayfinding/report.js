/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* A report is a picture and one tap. Who has allowed this site to know the position finds the place filled in; who has not
   been asked yet is asked by the tap itself, if no place was said. The picture is made smaller before it is sent, so that it
   also leaves a phone with a poor network; where there is none, the report waits on the device. */

import { drop, keep, send, waiting } from "./kept-reports.js";
import { smaller } from "./survey-photo.js";

const form = document.querySelector("[data-report]");
const map = form?.querySelector("stadt-map");
const latitude = document.getElementById("id_latitude");
const longitude = document.getElementById("id_longitude");
const place = document.getElementById("id_place_label");
const picture = document.getElementById("id_picture");
const note = form?.querySelector("[data-report-said]");
const outcome = document.querySelector("[data-report-outcome]");
const who = form?.dataset.report;
const to = () => ({ address: location.pathname, token: form.elements.csrfmiddlewaretoken.value });

let filledIn = false;
/** Fill in where the device is; false if it does not tell. */
function fillIn() {
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        if (latitude.value) return resolve(true);
        filledIn = true;
        note.textContent = note.dataset.reportSaid;
        if (map?.picker) map.picker.choose([coords.longitude, coords.latitude], { zoom: 17 });
        else {
          latitude.value = coords.latitude.toFixed(6);
          longitude.value = coords.longitude.toFixed(6);
        }
        return resolve(true);
      },
      () => resolve(false),
      { enableHighAccuracy: true, timeout: 10000, maximumAge: 30000 },
    );
  });
}

async function fillInIfAllowed() {
  const said = await navigator.permissions?.query({ name: "geolocation" });
  if (said?.state === "granted" && !latitude.value) await fillIn();
}

const somewhere = () => Boolean(latitude.value || place.value.trim());

function say(text, { signIn = false } = {}) {
  const [box] = outcome.children;
  box.hidden = false;
  box.querySelector("p").textContent = text;
  box.querySelector("a").hidden = !signIn;
  box.scrollIntoView({ block: "nearest" });
}

/** An empty form for the next report. */
function empty() {
  form.reset();
  form.elements.submission_key.value = crypto.randomUUID();
  latitude.value = longitude.value = note.textContent = "";
  map?.picker?.marker?.remove();
}

/** What is under way: one thing at a time, and a tap meanwhile waits for its turn. */
let sending = null;
let tapped = false;

function alone(work) {
  sending = work().finally(() => (sending = null));
  return sending;
}

/** Keep the report and send it; the browser sends the form itself where nothing can be kept, or to show what is wrong. */
async function report(button) {
  const { csrfmiddlewaretoken, picture: chosen, ...fields } = Object.fromEntries(new FormData(form));
  const kept = { key: fields.submission_key, who, photo: chosen?.size ? chosen : null, fields: { ...fields, kind: button.value } };
  if (!(await keep(kept))) return sendPlainly(button);
  say(outcome.dataset.sending);
  const [own] = (await waiting(who)).filter(({ key }) => key === kept.key);
  const result = own ? await send(own, to()) : { state: "refused" };
  if (result.outdated) return location.reload(); // the page that comes sends what waits
  if (result.state === "kept") {
    if (somewhere()) {
      empty();
      return say(outcome.dataset.kept);
    }
    await drop(kept.key);
    say(outcome.dataset.where);
    return place.focus();
  }
  if (result.state !== "sign_in") await drop(kept.key);
  if (result.url) return location.assign(result.url);
  return sendPlainly(button);
}

let plainly = false;
function sendPlainly(button) {
  plainly = true;
  form.requestSubmit(button);
}

/** What waits, one after the other, up to the first for which there is no network. */
async function sendWhatWaits() {
  let url = "";
  const kept = await waiting(who);
  if (kept.length && !who) return say(outcome.dataset.signIn, { signIn: true });
  for (const one of kept) {
    say(outcome.dataset.sending);
    const result = await send(one, to());
    if (result.state === "sign_in") return say(outcome.dataset.signIn, { signIn: true });
    if (result.state === "kept") return say(outcome.dataset.kept);
    await drop(one.key);
    if (result.state === "refused") return say(`${outcome.dataset.refused} ${(result.errors ?? []).join(" ")}`);
    ({ url } = result);
  }
  const begun = tapped || place.value.trim() || picture.files.length || (latitude.value && !filledIn);
  if (url && begun) say(outcome.dataset.sent);
  else if (url) location.assign(url);
}

const sendWaiting = () => sending ?? alone(sendWhatWaits);

form?.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (plainly || button?.name !== "kind") return;
  event.preventDefault();
  if (tapped) return;
  tapped = true;
  try {
    while (sending) await sending.catch(() => {});
    await alone(async () => {
      if (!somewhere() && navigator.geolocation) {
        note.textContent = note.dataset.reportSeeking;
        if (!(await fillIn())) note.textContent = "";
      }
      await report(button);
    });
  } finally {
    tapped = false;
  }
});

picture?.addEventListener("change", async () => {
  const [file] = picture.files;
  const small = file && (await smaller(file));
  if (!small || small.size >= file.size || picture.files[0] !== file) return;
  const chosen = new DataTransfer();
  chosen.items.add(new File([small], file.name.replace(/\.\w+$/, ".jpg"), { type: small.type }));
  picture.files = chosen.files;
});

if (form) {
  if (map && latitude) fillInIfAllowed().catch(() => {});
  sendWaiting();
  addEventListener("online", sendWaiting);
  document.addEventListener("visibilitychange", () => document.hidden || sendWaiting());
}
