// The page of the tablet: the form, its faults and questions, the thanks, and the state of the network.
import { put } from "./checking.js";

const THANKS_SECONDS = 12;

export const main = document.querySelector("main");
export const form = document.querySelector("#stall-form form");
export const element = (name) => document.getElementById(`stall-${name}`);
export const checks = { lists: JSON.parse(main.dataset.lists), words: JSON.parse(main.dataset.words) };
let thanksTimer = 0;

export function showNetwork(isThere) {
  element("online").hidden = !isThere;
  element("offline").hidden = isThere;
}

export function showForm() {
  clearTimeout(thanksTimer);
  form.reset();
  form.elements.kept_email.value = "";
  form.querySelectorAll("details[open]").forEach((each) => each.removeAttribute("open"));
  element("thanks").hidden = true;
  element("faults").hidden = true;
  element("form").hidden = false;
  form.elements.email.focus();
}

// A stored sign-up gets its email later, and the page says so.
export function showThanks(isStored, next) {
  element("faults").hidden = true;
  element("form").hidden = true;
  element("sent").hidden = isStored;
  element("stored").hidden = !isStored;
  element("thanks").hidden = false;
  element("thanks").focus();
  thanksTimer = setTimeout(next, THANKS_SECONDS * 1000);
}

function itemOf({ field, message }) {
  const item = document.createElement("li");
  const named = form.elements[field];
  const control = named?.id ? named : null;
  if (!control) {
    item.textContent = message;
    return item;
  }
  const link = document.createElement("a");
  link.href = `#${control.id}`;
  link.textContent = message;
  item.append(link);
  return item;
}

function buttonOf(words, address, isFirst, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = `button break-anywhere${isFirst ? " button-primary" : ""}`;
  button.textContent = put(words, { address });
  button.addEventListener("click", act);
  return button;
}

// The buttons send the form at once, as those of our page do.
export function showFaults({ faults = [], message = "", suggestion = null, keep = null }) {
  const shown = faults.length ? faults : [{ field: "", message }];
  element("faults").querySelector("ul").replaceChildren(...shown.map(itemOf));
  const choose = (address, kept) => () => {
    form.elements.email.value = address;
    form.elements.kept_email.value = kept;
    form.requestSubmit();
  };
  const { USE, KEEP } = checks.words;
  const typed = form.elements.email.value.trim();
  const buttons = [];
  if (suggestion) buttons.push(buttonOf(USE, suggestion, true, choose(suggestion, suggestion)));
  if (keep) buttons.push(buttonOf(KEEP, typed, false, choose(typed, keep.kept_email)));
  element("choices").replaceChildren(...buttons);
  element("faults").hidden = false;
  element("faults").focus();
}

// Fills in a refused sign-up. Its boxes are those that the person ticked, unless the page has changed.
export function fillIn(fields) {
  showForm();
  for (const [name, text] of Object.entries(fields)) {
    const control = form.elements[name];
    if (!control || control.type === "hidden") continue;
    if (control.type === "checkbox") control.checked = control.value === text;
    else control.value = text;
    if (text) control.closest?.("details")?.setAttribute("open", "");
  }
}
