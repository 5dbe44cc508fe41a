/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Keeps the values of a list, and their marks on the map, up to date, and says how old they are. Who comes back after a broken
   connection gets what came meanwhile by reading the page once more; nothing here is the only place of a value. The connection itself is that of ui/live.js, which tells each part with data-live. */

/* A filter puts another list in the place of the first one. */
let list = null;
const language = document.documentElement.lang || "de";
const known = new Map();
/* Series whose unit has changed: their numbers mean nothing here until the page has been read once more. */
const stale = new Set();

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

/* Who listens instead of looking hears of the one sensor of a page when it passes from low to raised, high or back: not each value,
   and not each change of a value that flutters around a border. */
const SELDOM = 300000;
let told = -SELDOM;

function tell(row, value) {
  const place = document.getElementById("announcements");
  if (!place || !row.closest(".sn-now") || performance.now() - told < SELDOM) return;
  told = performance.now();
  place.textContent = `${document.querySelector("h1").textContent}: ${value}, ${words(row)}`;
}

/** Whether the value of a sensor's own page is usual at this hour; of the next hour the page knows nothing. */
function judge(time, number) {
  const said = document.querySelector("[data-usual]");
  if (!said) return;
  said.hidden = Date.parse(time) >= Number(said.dataset.until);
  const [low, high] = said.dataset.usual.split(" ").map(Number);
  said.querySelector("strong").textContent = said.dataset[number < low ? "below" : number > high ? "above" : "within"];
}

function show(stream, time, number) {
  if (stale.has(String(stream))) return catchUpSoon();
  for (const row of list.querySelectorAll(`[data-stream="${stream}"]`)) {
    if (Date.parse(time) < Date.parse(row.dataset.time)) return; // it came late and is older than what stands there
    const { decimals, symbol, edges } = row.dataset;
    const digits = { minimumFractionDigits: Number(decimals), maximumFractionDigits: Number(decimals) };
    const written = new Intl.NumberFormat(language, digits).format(number).replace("-", "\u2212");
    const value = symbol ? `${written}\u00a0${symbol}` : written;
    const before = row.dataset.level;
    row.dataset.time = time;
    row.dataset.level = level(number, edges);
    row.querySelector(".sn-value__figure").textContent = value;
    row.querySelector(".sn-value__words").textContent = words(row);
    const shape = row.querySelector(".sn-shape");
    if (shape) shape.className = `sn-shape sn-shape--${row.dataset.level}`;
    if (before !== row.dataset.level) tell(row, value);
    row.dataset.changed = "";
    setTimeout(() => delete row.dataset.changed, 2500);
    moveMark(stream, number);
    if (row.closest(".sn-now")) judge(time, number);
    known.set(String(stream), { written, value, level: row.dataset.level, words: words(row) });
    for (const button of document.querySelectorAll(`.sh-figure-mark[data-stream="${stream}"]`)) mark(button);
  }
}

function find() {
  list = document.querySelector("[data-live='sensing.latest']");
  return list;
}

/* The tiles of the town right now are sums and means: the server makes them, once a minute at most. */
const board = document.querySelector("[data-board]");
let renewal = 0;

function renewBoard() {
  if (!board || renewal) return;
  renewal = setTimeout(async () => {
    renewal = 0;
    const answer = await fetch(board.dataset.board).catch(() => null);
    if (!answer?.ok || board.contains(document.activeElement)) return;
    board.innerHTML = await answer.text();
  }, 60000);
}

/** The mark on the scale from low to high. */
function moveMark(stream, number) {
  const picture = document.querySelector(`.sn-scale__picture[data-of="${stream}"]`);
  if (!picture) return;
  const borders = picture.dataset.scale.split(" ").map(Number);
  const part = Math.min(2, borders.slice(1).filter((border) => number > border).length);
  const share = (number - borders[part]) / (borders[part + 1] - borders[part]);
  const place = ((part + share) * 100) / 3;
  picture.querySelector(".sn-scale__mark").setAttribute("x", `${Math.min(98.5, Math.max(1.5, place))}%`);
}

/** A row that was drawn in another unit makes room for the one of now; what else the page shows of the series says that it is old. */
function takeUnit(row) {
  const { stream, symbol } = row.dataset;
  for (const old of list.querySelectorAll(`[data-stream="${stream}"]`)) {
    if (old.dataset.symbol === symbol) continue;
    const whole = old.closest(".sn-now");
    if (whole) whole.replaceChildren(...document.importNode(row.closest(".sn-now"), true).childNodes);
    else old.replaceWith(document.importNode(row, true));
    for (const said of document.querySelectorAll(`[data-unit-of="${stream}"]`)) said.hidden = false;
  }
  stale.delete(stream);
}

/** What came while the connection was away, or in another unit: the page as it is now has it. */
async function catchUp() {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok || !find()) return;
  const now = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const row of now.querySelectorAll("[data-live='sensing.latest'] [data-stream][data-time]")) {
    takeUnit(row);
    const written = Number(row.dataset.number);
    if (row.dataset.number && Number.isFinite(written)) show(row.dataset.stream, row.dataset.time, written);
  }
  const fresh = now.querySelector("[data-board]");
  if (board && fresh && !board.contains(document.activeElement)) board.innerHTML = fresh.innerHTML;
}

/* Not all open pages in the same moment, and one page not for each value. */
let soon = 0;

function catchUpSoon() {
  soon ||= setTimeout(() => {
    soon = 0;
    catchUp();
  }, 300 + 1700 * Math.random());
}

if (find()) {
  document.addEventListener("live", ({ detail }) => {
    if (!find()) return;
    if (detail.name === "again") catchUp();
    if (detail.name === "units") {
      for (const stream of detail.data?.datastreams ?? []) if (list.querySelector(`[data-stream="${stream}"]`)) stale.add(String(stream));
      if (stale.size) catchUpSoon();
    }
    if (detail.name !== "values") return;
    for (const [stream, time, number] of detail.data?.values ?? []) if (typeof number === "number") show(stream, time, number);
    renewBoard();
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

/* On a narrow screen the quantity that is shown may stand beside the edge of its row. */
const current = document.querySelector(".sn-sisters [aria-current]");
const row = current?.closest("ul");
if (row && row.scrollWidth > row.clientWidth) row.scrollLeft = current.offsetLeft - row.offsetLeft - 16;
