/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* A hidden button with data-share="id of a field with the link": hands the link to the device's own sharing where there is
   one, copies it elsewhere, and says so; it stands in place of the field ([data-shared] holds it with its label). Without
   either, or where that is not allowed, the field is there. */

export function offerSharing(root, announce) {
  for (const button of root.querySelectorAll("[data-share]")) {
    const field = document.getElementById(button.dataset.share);
    const url = field.value;
    const words = button.querySelector(".kern-label");
    const byDevice = navigator.share !== undefined && matchMedia("(pointer: coarse)").matches;
    if (!byDevice && !navigator.clipboard) continue;
    if (!byDevice) words.textContent = button.dataset.copy;
    button.hidden = false;
    field.closest("[data-shared]").hidden = true;
    button.addEventListener("click", async () => {
      try {
        if (byDevice) return await navigator.share({ title: document.title, url });
        await navigator.clipboard.writeText(url);
        words.textContent = button.dataset.copied;
        announce(button.dataset.copied);
      } catch (error) {
        if (error.name === "AbortError") return; /* called off */
        field.closest("[data-shared]").hidden = false; /* not allowed: the link can be copied by hand */
        field.select();
      }
    });
  }
}
