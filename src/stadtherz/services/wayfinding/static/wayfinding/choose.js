/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Start and destination may be chosen on a map as well: by a click, or by Enter for its middle. What lies there is written
   into the field in words, with the place itself beside it (places.py: "latitude,longitude;words"). */

const box = document.querySelector("[data-choose]");
const said = box?.querySelector("[data-choose-said]");
const chosen = () => box.querySelector("input[type=radio]:checked")?.value ?? "start";

async function words(latitude, longitude) {
  try {
    const answer = await fetch(`${box.dataset.choose}?lat=${latitude.toFixed(6)}&lon=${longitude.toFixed(6)}`);
    const { label } = answer.ok ? await answer.json() : {};
    if (label) return label;
  } catch {
    /* figures will do */
  }
  return `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
}

async function take({ latitude, longitude }) {
  const name = chosen();
  const field = document.getElementById(`id_${name}`);
  const token = document.getElementById(`id_${name}_at`);
  const label = await words(latitude, longitude);
  field.value = label;
  if (token) token.value = `${latitude.toFixed(6)},${longitude.toFixed(6)};${label}`;
  said.textContent = `${document.querySelector(`label[for="id_${name}"]`).textContent.trim()} ${label}`;
  const goal = box.querySelector("input[type=radio][value=goal]");
  if (name === "start" && goal && !document.getElementById("id_goal").value.trim()) goal.checked = true;
}

if (box) {
  box.hidden = false;
  box.addEventListener("picked", ({ detail }) => take(detail));
  box.addEventListener("toggle", () => {
    const goal = box.querySelector("input[type=radio][value=goal]");
    const start = document.getElementById("id_start");
    if (box.open && goal && start.value.trim() && !document.getElementById("id_goal").value.trim()) goal.checked = true;
  });
}
