// The sign-ups that the site refused: they stay, with the reason, until somebody corrects or deletes them.
import { localTime } from "../local_times.js";
import { checks, element } from "./page.js";

const when = { dateStyle: "medium", timeStyle: "short" };

function makeButton(words, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = words;
  button.addEventListener("click", act);
  return button;
}

// `persons` has the answers of the site for them; the tablet itself can read nothing.
export function showRefused(refused, persons, { correct, remove }) {
  const items = refused.map((stored) => {
    const told = persons.get(stored.id);
    const item = document.createElement("li");
    const words = document.createElement("p");
    const moment = stored.at ? localTime(stored.at, when) : "";
    words.textContent = [moment, told?.who, stored.message].filter(Boolean).join(" – ");
    const actions = document.createElement("div");
    actions.className = "actions";
    if (told?.fields) actions.append(makeButton(checks.words.CORRECT, () => correct(stored, told)));
    actions.append(
      makeButton(checks.words.DELETE, () => {
        if (confirm(checks.words.SURE)) remove(stored);
      }),
    );
    item.append(words, actions);
    return item;
  });
  element("refused").hidden = !items.length;
  element("refused-count").textContent = String(items.length);
  element("refused").querySelector("ul").replaceChildren(...items);
}
