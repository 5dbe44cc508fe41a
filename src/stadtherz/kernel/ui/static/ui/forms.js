/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Forms: characters left, the error summary takes the focus, nothing is sent twice. */

function count(input, counter) {
  const left = Number(input.dataset.maxlength) - [...input.value].length;
  const pattern = left < 0 ? counter.dataset.overBy : counter.dataset.left;
  counter.textContent = pattern.replace("{}", Math.abs(left).toLocaleString(document.documentElement.lang));
  counter.toggleAttribute("data-over", left < 0);
}

function watchCounters() {
  const update = (input) => {
    const counter = input.closest("[data-counted]")?.querySelector("[data-counter]");
    if (counter) count(input, counter);
  };
  document.querySelectorAll("[data-counted] [data-maxlength]").forEach(update);
  document.addEventListener("input", (event) => {
    if (event.target.dataset?.maxlength) update(event.target);
  });
}

/** A second click while the first is under way does nothing; the page that comes, or coming back, frees the form. */
function guardSending() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented || form.hasAttribute("hx-post")) return;
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    form.dataset.sending = "yes";
    const button = event.submitter;
    if (button) {
      button.dataset.busy = "yes";
      button.setAttribute("aria-disabled", "true");
    }
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sending]")) {
      delete form.dataset.sending;
      for (const button of form.querySelectorAll("[data-busy]")) {
        delete button.dataset.busy;
        button.removeAttribute("aria-disabled");
      }
    }
  });
}

/** A file that the server would refuse is refused before it is sent, beside its field. */
function watchFiles() {
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type !== "file" || !input.dataset.mostBytes) return;
    const field = input.closest(".kern-form-input") ?? input.parentElement;
    field.querySelector("[data-too-large]")?.remove();
    const tooLarge = [...input.files].some((file) => file.size > Number(input.dataset.mostBytes));
    field.classList.toggle("kern-form-input--error", tooLarge);
    if (!tooLarge) return;
    input.value = "";
    const why = document.createElement("p");
    why.className = "kern-error";
    why.setAttribute("role", "alert");
    why.dataset.tooLarge = "";
    why.textContent = input.dataset.tooLargeWords;
    input.after(why);
  });
}

export function watchForms() {
  watchCounters();
  watchFiles();
  guardSending();
  document.querySelector("[data-error-summary]")?.focus();
  /* A link of the error summary leads into the field, not only to it. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-error-summary] a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus({ preventScroll: true });
    field.closest(".kern-form-input, .kern-fieldset, .kern-form-check")?.scrollIntoView({ block: "center" });
  });
}
