/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* The person's own limits: lists become sliders, a change of the preset sets them, and the device may remember them. */

const KEPT = "stadtherz.limits";
const box = document.querySelector("[data-presets]");

function slider(select) {
  const range = Object.assign(document.createElement("input"), {
    type: "range",
    className: "wf-slider",
    min: 0,
    max: select.options.length - 1,
    step: 1,
    id: `${select.id}_slider`,
  });
  const said = document.createElement("output");
  said.className = "wf-limit__said";
  said.htmlFor.add(range.id);
  // the slider says its own words; and a chosen preset moves all sliders at once
  said.setAttribute("aria-live", "off");
  const show = () => {
    range.value = select.selectedIndex;
    const words = select.selectedOptions[0]?.text ?? "";
    said.textContent = words;
    range.setAttribute("aria-valuetext", words);
  };
  range.addEventListener("input", () => {
    select.selectedIndex = Number(range.value);
    show();
  });
  select.addEventListener("set", show);
  const wrapper = select.parentElement;
  wrapper.previousElementSibling.htmlFor = range.id;
  wrapper.hidden = true;
  wrapper.after(range, said);
  show();
}

function set(select, value) {
  if (![...select.options].some((option) => option.value === value)) return;
  select.value = value;
  select.dispatchEvent(new Event("set"));
}

if (box) {
  const form = box.closest("form");
  const selects = [...box.querySelectorAll("select")];
  const presets = JSON.parse(box.dataset.presets);
  const shown = form.elements.limits_of;
  const adopt = (aid) => {
    shown.value = aid;
    for (const select of selects) set(select, presets[aid][select.name] ?? "");
  };
  for (const select of selects) if (select.options.length > 2) slider(select);
  form.addEventListener("change", (event) => {
    if (event.target.name === "aid") adopt(event.target.value);
  });

  // remembered on this device: the preset and the values, nothing about places
  const keep = box.querySelector("[data-keep]");
  const [now, not] = [keep.querySelector("[data-keep-now]"), keep.querySelector("[data-keep-not]")];
  const said = keep.querySelector("[role=status]");
  const read = () => JSON.parse(localStorage.getItem(KEPT) ?? "null");
  const mark = () => (not.hidden = !localStorage.getItem(KEPT));
  try {
    const kept = read();
    const fresh = !form.querySelector("[name=aid]:checked");
    if (kept && fresh && presets[kept.aid]) {
      form.querySelector(`[name=aid][value="${CSS.escape(kept.aid)}"]`).checked = true;
      adopt(kept.aid);
      for (const select of selects) if (kept.values[select.name] !== undefined) set(select, kept.values[select.name]);
      form.elements.both.checked = Boolean(kept.both);
    }
    now.addEventListener("click", () => {
      const aid = form.elements.aid.value;
      if (!aid) return form.querySelector("[name=aid]").focus();
      const values = Object.fromEntries(selects.map((select) => [select.name, select.value]));
      localStorage.setItem(KEPT, JSON.stringify({ aid, values, both: form.elements.both.checked }));
      said.textContent = said.dataset.kept;
      mark();
    });
    not.addEventListener("click", () => {
      localStorage.removeItem(KEPT);
      said.textContent = said.dataset.forgotten;
      mark();
      now.focus();
    });
    keep.hidden = false;
    mark();
  } catch {
    keep.hidden = true; // no storage on this device: the link remembers as well
  }
}
