/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* A list of supporters by keyboard: Enter begins the next row and never sends half a list; behind the last row that
   is written in a further one appears. Without this script the button "Further rows" does the same. */

const table = document.querySelector(".pt-lines");
const form = table?.closest("form");
const total = form?.elements["line-TOTAL_FORMS"];
const rows = () => [...table.tBodies[0].rows];
const inputs = (row) => [...row.querySelectorAll("input")];

function add() {
  const number = rows().length;
  if (number >= Number(table.dataset.rowsAtMost)) return null;
  const row = rows().at(-1).cloneNode(true);
  for (const part of row.querySelectorAll("*")) {
    for (const name of ["id", "name", "for"]) {
      const value = part.getAttribute(name);
      if (value) part.setAttribute(name, value.replace(/(line-)\d+/, `$1${number}`));
    }
    part.classList.remove("kern-form-input--error", "kern-form-input__input--error");
  }
  for (const error of row.querySelectorAll(".kern-error")) error.remove();
  for (const input of inputs(row)) {
    for (const name of ["value", "autofocus", "aria-invalid", "aria-describedby"]) input.removeAttribute(name);
    input.value = "";
  }
  row.cells[0].textContent = number + 1;
  table.tBodies[0].append(row);
  total.value = number + 1;
  return row;
}

table?.addEventListener("input", (event) => {
  if (event.target.closest("tr") === rows().at(-1)) add();
});

table?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
  event.preventDefault();
  const next = event.target.closest("tr").nextElementSibling ?? add();
  if (next) inputs(next)[0].focus();
});

/* A draft of a longer list is taken up: first the rows, then their words. */
form?.addEventListener("draft", (event) => {
  const needed = Object.keys(event.detail).map((name) => Number(/^line-(\d+)-name$/.exec(name)?.[1] ?? -1));
  while (rows().length <= Math.max(...needed) && add());
});
