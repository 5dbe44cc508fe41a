/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* "Back" after signing out, perhaps by the next person at this device: what the browser has kept whole is not shown, but loaded anew. */

const token = () => document.cookie.match(/(?:^|; )stadtherz_csrf=([^;]*)/)?.[1];

/** The token changes when somebody signs in or out (kernel/people/web/leaving.py), and at no other time: whoever only goes back
 *  to a form finds what was written. */
export function watchLeaving() {
  const seen = token();
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted || token() === seen) return;
    document.documentElement.hidden = true;
    location.reload();
  });
}
