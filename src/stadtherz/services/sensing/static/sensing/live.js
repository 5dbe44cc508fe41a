/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Keeps the values of a list, and their marks on the map, up to date. Who comes back after a broken connection, or gets
   more at once than one message holds, reads the page anew at the next load; nothing here is the only place of a value. */
import { listen } from "../ui/live.js";

const list = document.querySelector("[data-live='sensing.latest']");

function level(number, edges) {
  if (!edges) return "plain";
  const [raised, high] = edges.split(" ").map(Number);
  return number > high ? "high" : number > raised ? "middle" : "low";
}

function show(stream, number) {
  const language = document.documentElement.lang;
  const box = list.dataset;
  for (const row of list.querySelectorAll(`[data-stream="${stream}"]`)) {
    const { decimals, symbol, edges } = row.dataset;
    const digits = { minimumFractionDigits: Number(decimals), maximumFractionDigits: Number(decimals) };
    const written = new Intl.NumberFormat(language, digits).format(number);
    const now = level(number, edges);
    row.dataset.level = now;
    row.querySelector(".sn-value__figure").textContent = symbol ? `${written}\u00a0${symbol}` : written;
    row.querySelector(".sn-value__words").textContent = box[now] ? `${box[now]}, ${box.justNow}` : box.justNow;
    const shape = row.querySelector(".sn-shape");
    if (shape) shape.className = `sn-shape sn-shape--${now}`;
    row.dataset.changed = "";
    setTimeout(() => delete row.dataset.changed, 2500);
    for (const mark of document.querySelectorAll(`.sh-figure-mark[data-stream="${stream}"]`)) {
      mark.textContent = written;
      mark.dataset.level = now;
    }
  }
}

if (list) {
  listen("sensing.latest", (name, data) => {
    for (const [stream, , number] of data?.values ?? []) if (typeof number === "number") show(stream, number);
  });
}
