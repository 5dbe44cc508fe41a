/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Reports of obstacles that wait on this device: for a network, or until somebody has signed in. Each carries a key of its
   own, so that it counts once however often it is sent, and whose it is, so that nobody else on this device sends it. */

import { onDevice } from "./on-device.js";

const within = onDevice("stadtherz-reports", "reports");
const MINUTE = 60_000;
const KEEP_MINUTES = 14 * 24 * 60;
/** What somebody wrote before they signed in is kept as long as a form on the server (kernel/people/web/resume.py). */
const NAMELESS_MINUTES = 60;

const minutes = ({ at }) => Math.max(0, Math.floor((Date.now() - at) / MINUTE));
const tooOld = (report) => minutes(report) > (report.who ? KEEP_MINUTES : NAMELESS_MINUTES);

/** Keep a report: key, fields, photo (a file, or none), who. Whether that was possible. */
export async function keep({ key, fields, photo, who }) {
  try {
    const kept = photo && { bytes: await photo.arrayBuffer(), type: photo.type };
    await within("readwrite", (table) => table.put({ key, fields, photo: kept, who, at: Date.now() }, key));
    return true;
  } catch {
    return false;
  }
}

export const drop = (key) => within("readwrite", (table) => table.delete(key)).catch(() => {});

/** The reports of this person, and those that were written before somebody signed in; the oldest first. */
export async function waiting(who) {
  const all = await within("readonly", (table) => table.getAll()).catch(() => []);
  for (const report of all.filter(tooOld)) await drop(report.key);
  const mine = all.filter((report) => !tooOld(report) && (!report.who || report.who === who));
  return mine.sort((one, other) => one.at - other.at);
}

/** Send a report to `address`: "sent" with the page of the obstacle, "sign_in" with the page for that, "refused" with the
    reasons, or "kept" where there is no network or the town's server does not answer as usual; `outdated` says that this
    page has to be loaded anew. */
export async function send({ fields, photo, ...report }, { address, token }) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  body.set("minutes_ago", minutes(report));
  body.set("csrfmiddlewaretoken", token);
  if (photo) body.set("picture", new Blob([photo.bytes], { type: photo.type }), "photo.jpg");
  try {
    const signal = AbortSignal.timeout(photo ? 120_000 : 20_000);
    const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" }, signal });
    if (answer.status === 403) return { state: "kept", outdated: true }; // somebody has signed in on another page meanwhile
    const said = await answer.json();
    if (answer.status === 200 && said.url) return { state: "sent", url: said.url };
    if (answer.status === 401 && said.sign_in) return { state: "sign_in", url: said.sign_in };
    if (answer.status === 422) return { state: "refused", errors: said.errors };
  } catch {
    /* no network, or somebody else answers in its place */
  }
  return { state: "kept" };
}
