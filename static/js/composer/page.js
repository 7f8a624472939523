// What the page knows of the draft, and its words in the reader's language. Both stand in the page as data.
import { localTime } from "../local_times.js";

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const words = read("composer-words");

export const draft = read("composer-draft");
export const byId = (id) => document.getElementById(id);

export function word(name, values = {}) {
  return words[name].replace(/%\((\w+)\)s/g, (_, each) => values[each]);
}

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// Says a sentence to screen readers. A pause makes them say the same sentence twice.
export function announce(sentence) {
  const region = byId("announcements");
  region.textContent = "";
  setTimeout(() => { region.textContent = sentence; }, 50);
}

export const clockTime = (moment) => localTime(moment, { hour: "2-digit", minute: "2-digit" });

// Marks the text while somebody is in it who came by the keyboard: its keys are told then.
export function noteKeyboard(view) {
  let isByKey = false;
  document.addEventListener("keydown", ({ key }) => { isByKey = key === "Tab"; }, true);
  document.addEventListener("pointerdown", () => { isByKey = false; }, true);
  view.dom.addEventListener("focus", () => byId("composer").classList.toggle("by-keyboard", isByKey));
}
