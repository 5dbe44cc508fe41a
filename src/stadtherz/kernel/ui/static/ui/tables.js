/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Tables with data-sortable get buttons in their heads. Numbers sort by data-value, words as people sort them; gaps last. */

const words = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" });

function valueOf(row, column) {
  const cell = row.cells[column];
  if (cell.dataset.value === undefined) return cell.textContent.trim();
  const number = Number(cell.dataset.value);
  return Number.isNaN(number) ? null : number;
}

function sort(table, column, ascending) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  rows.sort((a, b) => {
    const [x, y] = [valueOf(a, column), valueOf(b, column)];
    if (x === null || y === null) return (x === null) - (y === null);
    const order = typeof x === "number" && typeof y === "number" ? x - y : words.compare(String(x), String(y));
    return ascending ? order : -order;
  });
  body.append(...rows);
}

export function makeSortable(root) {
  for (const table of root.querySelectorAll("table[data-sortable]:not([data-ready])")) {
    table.dataset.ready = "";
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sh-sort";
      button.append(...head.childNodes);
      const sign = document.createElement("span");
      sign.setAttribute("aria-hidden", "true");
      sign.textContent = "↕";
      button.append(sign);
      head.append(button);
      button.addEventListener("click", () => {
        const ascending = head.getAttribute("aria-sort") !== "ascending";
        for (const other of table.tHead.rows[0].cells) {
          other.removeAttribute("aria-sort");
          other.querySelector(".sh-sort span[aria-hidden]").textContent = "↕";
        }
        head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
        sign.textContent = ascending ? "↑" : "↓";
        sort(table, column, ascending);
      });
    });
  }
}
