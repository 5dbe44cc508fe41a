/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* A report is a picture and one tap. Who has allowed this site to know the position finds the place filled in; who has not
   been asked yet is asked by the tap itself, if no place was said. The picture is made smaller before it is sent, so that it
   also leaves a phone with a poor network. */

import { smaller } from "./survey-photo.js";

const form = document.querySelector("[data-report]");
const map = form?.querySelector("stadt-map");
const latitude = document.getElementById("id_latitude");
const place = document.getElementById("id_place_label");
const picture = document.getElementById("id_picture");
const note = form?.querySelector("[data-report-said]");

/** Fill in where the device is; false if it does not tell. */
function fillIn() {
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        if (latitude.value) return resolve(true);
        note.textContent = note.dataset.reportSaid;
        if (map?.picker) map.picker.choose([coords.longitude, coords.latitude], { zoom: 17 });
        else {
          latitude.value = coords.latitude.toFixed(6);
          document.getElementById("id_longitude").value = coords.longitude.toFixed(6);
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

let asked = false;
form?.addEventListener("submit", async (event) => {
  if (asked || latitude.value || place.value.trim() || !navigator.geolocation) return;
  asked = true;
  event.preventDefault();
  note.textContent = note.dataset.reportSeeking;
  await fillIn();
  form.requestSubmit(event.submitter); // without a place the page says what is missing
});

picture?.addEventListener("change", async () => {
  const [file] = picture.files;
  const small = file && (await smaller(file));
  if (!small || small.size >= file.size || picture.files[0] !== file) return;
  const chosen = new DataTransfer();
  chosen.items.add(new File([small], file.name.replace(/\.\w+$/, ".jpg"), { type: small.type }));
  picture.files = chosen.files;
});

if (map && latitude) fillInIfAllowed().catch(() => {});
