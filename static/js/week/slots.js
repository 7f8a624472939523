// The quarters of an hour of the grid: which moment is where, and the mark of the chosen one.
export const QUARTER = 15 * 60 * 1000;
const HOUR = 4 * QUARTER;
const mark = document.createElement("div");
mark.className = "week-slot numeric";

const cells = () => [...document.querySelectorAll(".week-hour")];
const beginOf = (cell) => Date.parse(cell.dataset.at);
const cellOf = (at) => cells().find((cell) => beginOf(cell) <= at && at < beginOf(cell) + HOUR);

export const isShown = (at) => cellOf(at) !== undefined;

export function momentUnder(x, y) {
  const cell = document.elementFromPoint(x, y)?.closest(".week-hour");
  if (!cell) return null;
  const { top, height } = cell.getBoundingClientRect();
  const quarter = Math.min(3, Math.max(0, Math.floor((4 * (y - top)) / height)));
  return beginOf(cell) + quarter * QUARTER;
}

// A quarter of an hour earlier or later; one that began in between goes to the next full one.
export function stepQuarter(at, by) {
  const full = Math.floor(at / QUARTER) * QUARTER;
  return at === full || by > 0 ? full + by * QUARTER : full;
}

// The same hour of the day before or after. The hour that the clock jumps over is the one after it.
export function stepDay(at, by) {
  const cell = cellOf(at);
  if (!cell) return null;
  const row = cell.parentElement;
  const number = [...row.parentElement.children].indexOf(row);
  const days = [...document.querySelectorAll(".week-day")];
  const day = days[days.indexOf(row.parentElement) + by];
  const rows = day ? [...day.children].slice(number) : [];
  const target = rows.map((each) => each.querySelector(".week-hour")).find(Boolean);
  return target ? beginOf(target) + (at - beginOf(cell)) : null;
}

// Where a campaign without an hour begins: at the next full hour in which anything leaves.
export function firstFree(now) {
  const coming = cells().filter((cell) => beginOf(cell) > now);
  const cell = coming.find((each) => each.classList.contains("is-open")) ?? coming[0];
  return cell ? beginOf(cell) : null;
}

export function markSlot(at, words) {
  const cell = cellOf(at);
  if (!cell) return mark.remove();
  mark.textContent = words;
  mark.dataset.quarter = Math.floor((at - beginOf(cell)) / QUARTER);
  cell.append(mark);
}

export const clearSlot = () => mark.remove();
export const scrollToSlot = () => mark.scrollIntoView({ block: "nearest", inline: "nearest" });
