// What is said while a card is moved: its hour on the clock of its list, and what it meets then.
const region = document.getElementById("week-words");
const PAUSE = 250;
let asked = 0;

function format(at, zone, parts) {
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  return new Intl.DateTimeFormat(language, { ...parts, timeZone: zone }).format(at);
}

export const timeOf = (at, zone) => format(at, zone, { hour: "2-digit", minute: "2-digit" });

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
  const day = { weekday: "long", day: "numeric", month: "long" };
  say(`${format(at, card.dataset.zone, day)}, ${timeOf(at, card.dataset.zone)}`);
  const number = asked;
  await new Promise((resolve) => setTimeout(resolve, PAUSE));
  if (number !== asked) return;
  const query = new URLSearchParams({ at: new Date(at).toISOString() });
  const answer = await fetch(`${card.dataset.notes}?${query}`, { redirect: "error" }).catch(() => null);
  if (number !== asked || !answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  region.append(...page.body.children);
}
