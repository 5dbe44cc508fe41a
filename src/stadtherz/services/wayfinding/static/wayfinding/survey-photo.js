/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Photos of answers on this device, until there is a network: made smaller, without what the camera wrote into them (the
   place, the time, the phone), in a store that holds more than text. */

import { onDevice } from "./on-device.js";

const within = onDevice("stadtherz-survey", "photos");
/** Longest side in pixels: enough to see a kerb, small enough for a weak network. */
const SIDE = 1600;

/** The picture as a smaller JPEG; one that this browser cannot read as it is. */
export async function smaller(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const share = Math.min(1, SIDE / Math.max(picture.width, picture.height));
    const canvas = Object.assign(document.createElement("canvas"), {
      width: Math.round(picture.width * share),
      height: Math.round(picture.height * share),
    });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return (await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85))) ?? file;
  } catch {
    return file;
  }
}

/** Keep a photo for the answer with this key; whether that was possible. */
export async function keepPhoto(key, file) {
  try {
    const photo = await smaller(file);
    const bytes = await photo.arrayBuffer();
    await within("readwrite", (store) => store.put({ bytes, type: photo.type, at: Date.now() }, key));
    return true;
  } catch {
    return false;
  }
}

export async function keptPhoto(key) {
  const found = await within("readonly", (store) => store.get(key)).catch(() => undefined);
  return found && new Blob([found.bytes], { type: found.type });
}

export const dropPhoto = (key) => within("readwrite", (store) => store.delete(key)).catch(() => {});

/** Let go of photos whose answers are gone. */
export async function dropOthers(keys) {
  const known = await within("readonly", (store) => store.getAllKeys()).catch(() => []);
  for (const key of known) if (!keys.includes(key)) await dropPhoto(key);
}
