/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Keeps the values of a list, and their marks on the map, up to date, and says how old they are. Who comes back after a broken
   connection, or gets more at once than one message holds, reads the page anew at the next load; nothing here is the only
   place of a value. The connection itself is that of ui/live.js, which tells each part with data-live. */

/* A filter puts another list in the place of the first one. */
let list = null;
const language = document.documentElement.lang || "de";
const known = new Map();

function level(number, edges) {
  if (!edges) return "plain";
  const [raised, high] = edges.split(" ").map(Number);
  return number > high ? "high" : number > raised ? "middle" : "low";
}

/** "5 minutes ago" as the server says it; day and time from an hour on. */
function age(time) {
  const minutes = Math.floor((Date.now() - time) / 60000);
  if (minutes < 1) return list.dataset.justNow;
  if (minutes < 60) return new Intl.RelativeTimeFormat(language, { numeric: "always" }).format(-minutes, "minute");
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" }).format(time);
}

function words(row) {
  const word = list.dataset[row.dataset.level];
  const told = age(Date.parse(row.dataset.time));
  return word ? `${word}, ${told}` : told;
}

function mark(button) {
  const now = known.get(button.dataset.stream);
  if (!now) return;
  button.textContent = now.written;
  button.dataset.level = now.level;
  const label = button.getAttribute("aria-label") ?? "";
  const title = label.slice(0, label.lastIndexOf(": "));
  button.setAttribute("aria-label", `${title}: ${now.value}, ${now.words}`);
}

function show(stream, time, number) {
  for (const row of list.querySelectorAll(`[data-stream="${stream}"]`)) {
    if (Date.parse(time) < Date.parse(row.dataset.time)) return; // it came late and is older than what stands there
    const { decimals, symbol, edges } = row.dataset;
    const digits = { minimumFractionDigits: Number(decimals), maximumFractionDigits: Number(decimals) };
    const written = new Intl.NumberFormat(language, digits).format(number);
    const value = symbol ? `${written}\u00a0${symbol}` : written;
    row.dataset.time = time;
    row.dataset.level = level(number, edges);
    row.querySelector(".sn-value__figure").textContent = value;
    row.querySelector(".sn-value__words").textContent = words(row);
    const shape = row.querySelector(".sn-shape");
    if (shape) shape.className = `sn-shape sn-shape--${row.dataset.level}`;
    row.dataset.changed = "";
    setTimeout(() => delete row.dataset.changed, 2500);
    known.set(String(stream), { written, value, level: row.dataset.level, words: words(row) });
    for (const button of document.querySelectorAll(`.sh-figure-mark[data-stream="${stream}"]`)) mark(button);
  }
}

function find() {
  list = document.querySelector("[data-live='sensing.latest']");
  return list;
}

if (find()) {
  document.addEventListener("live", ({ detail }) => {
    if (detail.name !== "values" || !find()) return;
    for (const [stream, time, number] of detail.data?.values ?? []) if (typeof number === "number") show(stream, time, number);
  });
  setInterval(() => {
    if (!find()) return;
    for (const row of list.querySelectorAll("[data-stream][data-time]"))
      if (row.dataset.level !== "silent" && row.dataset.time) row.querySelector(".sn-value__words").textContent = words(row);
  }, 60000);
  /* Marks are made anew when the map moves, from what the page was loaded with. */
  const marks = new MutationObserver((changes) => {
    for (const change of changes)
      for (const node of change.addedNodes) if (node.classList?.contains("sh-figure-mark") && find()) mark(node);
  });
  marks.observe(document.querySelector("main"), { childList: true, subtree: true });
}
