/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Who has allowed this site to know the position finds the place filled in: then a report is a picture and one tap. */

const map = document.querySelector("[data-report] stadt-map");
const latitude = document.getElementById("id_latitude");

async function fillIn() {
  const said = await navigator.permissions?.query({ name: "geolocation" });
  if (said?.state !== "granted" || latitude.value) return;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      if (latitude.value) return;
      const said = document.querySelector("[data-report-said]");
      said.textContent = said.dataset.reportSaid;
      if (map.picker) map.picker.choose([coords.longitude, coords.latitude], { zoom: 17 });
      else {
        latitude.value = coords.latitude.toFixed(6);
        document.getElementById("id_longitude").value = coords.longitude.toFixed(6);
      }
    },
    () => {},
    { enableHighAccuracy: true, timeout: 10000 },
  );
}

if (map && latitude) {
  map.addEventListener("ready", () => fillIn().catch(() => {}), { once: true });
}
