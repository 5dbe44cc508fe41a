/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Comfort on the page "your way": the visitor's position as start, and a button to print. Works without, too. */

const box = document.querySelector("[data-here]");
const start = document.getElementById("id_start");

if (box && start && navigator.geolocation) {
  const button = Object.assign(document.createElement("button"), {
    type: "button",
    className: "wf-here",
    textContent: box.dataset.here,
  });
  const said = document.createElement("p");
  said.className = "wf-here-said";
  said.setAttribute("role", "status");
  button.addEventListener("click", () => {
    said.textContent = "";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        start.value = `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}`;
        document.getElementById("id_goal")?.focus();
      },
      () => (said.textContent = box.dataset.hereFailed),
      { enableHighAccuracy: true, timeout: 10000 },
    );
  });
  start.closest(".kern-form-input").append(button, said);
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
