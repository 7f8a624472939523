// The week: a card is dragged to another hour, or picked up and moved by the arrows.
import { drop, words } from "./dropping.js";
import { QUARTER, clearSlot, firstFree, isShown, markSlot, momentUnder, scrollToSlot, stepDay, stepQuarter } from "./slots.js";
import { say, sayHour, timeOf } from "./words.js";

const FAR = 6; // pixels from a press to a drag
const EDGE = 56; // pixels at the edge of the window where dragging scrolls
const STEPS = {
  ArrowUp: (at) => stepQuarter(at, -1),
  ArrowDown: (at) => stepQuarter(at, 1),
  ArrowLeft: (at) => stepDay(at, -1),
  ArrowRight: (at) => stepDay(at, 1),
};
let press = null; // a pointer that is down on a card
let held = null; // the card that is moved: { card, at, isDragged }

const beginOf = (card) => Date.parse(card.dataset.at) || null;
const isGrid = () => getComputedStyle(document.querySelector(".week")).display === "grid";

function pickUp(card, isDragged) {
  held = { card, isDragged, at: beginOf(card) };
  card.classList.add("is-held");
  document.documentElement.classList.add("is-moving");
  card.querySelector(".week-grip").setAttribute("aria-pressed", "true");
}

function letGo() {
  held.card.classList.remove("is-held");
  held.card.querySelector(".week-grip").removeAttribute("aria-pressed");
  document.documentElement.classList.remove("is-moving");
  clearSlot();
  held = null;
}

function moveTo(at) {
  held.at = at;
  markSlot(at, timeOf(at, held.card.dataset.zone));
  sayHour(held.card, at);
}

function finish() {
  const { card, at } = held;
  if (at === null || at === beginOf(card)) return cancel();
  letGo();
  drop(card, at);
}

function cancel() {
  const { card } = held;
  press = null;
  letGo();
  say(words("cancelled", card));
}

function pickUpByKeys(grip) {
  const card = grip.closest(".week-card");
  pickUp(card, false);
  say(words("picked", card));
  const begin = beginOf(card) ?? firstFree(Date.now());
  if (begin === null || !isShown(begin)) return;
  held.at = begin;
  markSlot(begin, timeOf(begin, card.dataset.zone));
}

document.addEventListener("click", (event) => {
  const grip = event.target.closest(".week-grip");
  if (held && !held.isDragged && event.target.closest(".week-hour") && !grip) {
    event.preventDefault();
    const at = momentUnder(event.clientX, event.clientY);
    if (at !== null) held.at = at;
    finish();
  } else if (grip && held) finish();
  else if (grip) pickUpByKeys(grip);
});

document.addEventListener("keydown", (event) => {
  if (!held) return;
  if (event.key === "Escape") cancel();
  else if (event.key in STEPS && !held.isDragged) {
    const at = held.at === null ? firstFree(Date.now()) : STEPS[event.key](held.at);
    if (at === null || !isShown(at)) say(words("edge", held.card));
    else moveTo(at);
    scrollToSlot();
  } else return;
  event.preventDefault();
});

document.addEventListener("focusout", ({ target }) => {
  if (held && !held.isDragged && target.closest(".week-grip") && document.hasFocus()) cancel();
});

// A press on an hour leaves the focus on the card that was picked up.
document.addEventListener("mousedown", (event) => {
  if (held) event.preventDefault();
});

document.addEventListener("pointerdown", (event) => {
  const card = event.target.closest(".week-card[data-url]");
  const isGrip = event.target.closest(".week-grip");
  const isOther = event.target.closest("summary, .week-menu ul") || (event.pointerType === "touch" && !isGrip);
  if (card && !held && !isOther && event.button === 0 && isGrid()) press = { card, x: event.clientX, y: event.clientY };
});

document.addEventListener("pointermove", (event) => {
  if (press && !held && Math.hypot(event.clientX - press.x, event.clientY - press.y) > FAR) pickUp(press.card, true);
  if (!held || event.pointerType === "" || (!held.isDragged && event.pointerType !== "mouse")) return;
  const at = momentUnder(event.clientX, event.clientY);
  if (at === null || at === held.at) return;
  moveTo(at);
});

document.addEventListener("pointerup", (event) => {
  press = null;
  if (!held?.isDragged) return;
  document.addEventListener("click", keepStill, { capture: true, once: true });
  setTimeout(() => document.removeEventListener("click", keepStill, { capture: true }));
  if (momentUnder(event.clientX, event.clientY) === null) cancel();
  else finish();
});

document.addEventListener("pointercancel", () => {
  press = null;
  if (held?.isDragged) cancel();
});

// The end of a drag is no click on the link that was dragged.
function keepStill(event) {
  event.preventDefault();
  event.stopPropagation();
}

// Near the upper or lower edge of the window, dragging scrolls.
document.addEventListener("pointermove", ({ clientY }) => {
  if (!held?.isDragged) return;
  if (clientY < EDGE) scrollBy(0, -QUARTER / 60000);
  else if (clientY > innerHeight - EDGE) scrollBy(0, QUARTER / 60000);
});

function showGrips() {
  for (const grip of document.querySelectorAll(".week-grip")) grip.hidden = false;
}

document.addEventListener("week:shown", showGrips);
showGrips();
