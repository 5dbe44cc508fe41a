/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* A store on this device that holds more than text: one table in a database of the browser. */

const whole = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** within("readwrite", (table) => table.put(…)): one request to the table `name` of `database`. */
export const onDevice = (database, name) => async (mode, work) => {
  const opened = indexedDB.open(database, 1);
  opened.onupgradeneeded = () => opened.result.createObjectStore(name);
  const found = await whole(opened);
  try {
    return await whole(work(found.transaction(name, mode).objectStore(name)));
  } finally {
    found.close();
  }
};
