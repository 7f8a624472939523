// What is said while a card is moved: its hour on the clock of its list, and what it meets then.
import { localTime } from "../local_times.js";

const region = document.getElementById("week-words");
const PAUSE = 250;
let asked = 0;

export const timeOf = (at, timeZone) => localTime(at, { hour: "2-digit", minute: "2-digit", timeZone });

export function say(...children) {
  asked += 1;
  region.replaceChildren(...children.map((each) => (typeof each === "string" ? paragraph(each) : each)));
}

function paragraph(text) {
  const made = document.createElement("p");
  made.textContent = text;
  return made;
}

// The hour at once; the server knows the rest, and is asked when the card rests for a moment.
export async function sayHour(card, at) {
  const day = localTime(at, { weekday: "long", day: "numeric", month: "long", timeZone: card.dataset.zone });
  say(`${day}, ${timeOf(at, card.dataset.zone)}`);
  const number = asked;
  await new Promise((resolve) => setTimeout(resolve, PAUSE));
  if (number !== asked) return;
  const query = new URLSearchParams({ at: new Date(at).toISOString() });
  const answer = await fetch(`${card.dataset.notes}?${query}`, { redirect: "error" }).catch(() => null);
  if (number !== asked || !answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  region.append(...page.body.children);
}
