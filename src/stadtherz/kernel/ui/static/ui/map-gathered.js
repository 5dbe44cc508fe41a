/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Marks with letters or numbers that would cover each other stand as one mark that shows all of them: "1, 2". */

const HALF = 16; // pixels from the middle of a mark to its edge
const A_LETTER = 5; // and so many more for each further character, to each side

const half = (label) => HALF + A_LETTER * Math.max(0, label.length - 1);

const isNumber = (letter) => /^\d+$/.test(letter);

/** "A, 1–3, 7": three and more numbers that follow each other as a span. */
export function labelOf(letters) {
  const runs = [];
  for (const letter of letters) {
    const run = runs.at(-1);
    if (run && isNumber(letter) && isNumber(run.at(-1)) && Number(letter) === Number(run.at(-1)) + 1) run.push(letter);
    else runs.push([letter]);
  }
  return runs.map((run) => (run.length > 2 ? `${run[0]}–${run.at(-1)}` : run.join(", "))).join(", ");
}

const byLetter = (one, other) =>
  isNumber(one.letter) === isNumber(other.letter)
    ? one.letter.localeCompare(other.letter, undefined, { numeric: true })
    : isNumber(one.letter) - isNumber(other.letter);

function joined(...groups) {
  const members = groups.flatMap((group) => group.members).sort(byLetter);
  const middle = (axis) => members.reduce((sum, member) => sum + member[axis], 0) / members.length;
  return { members, x: middle("x"), y: middle("y"), label: labelOf(members.map((member) => member.letter)) };
}

const covers = (one, other) =>
  Math.abs(one.x - other.x) < half(one.label) + half(other.label) && Math.abs(one.y - other.y) < 2 * HALF;

/** Marks ({key, letter, x, y} in pixels) as groups ({members, x, y, label}) of which none covers another. */
export function gathered(marks) {
  const groups = [];
  for (const mark of marks) {
    let group = joined({ members: [mark] });
    // a group that grows may come to cover one that it has not covered before
    for (let at; (at = groups.findIndex((other) => covers(group, other))) >= 0; ) group = joined(group, ...groups.splice(at, 1));
    groups.push(group);
  }
  return groups;
}
