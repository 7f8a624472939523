// Sends the new hour of a card as the form of its page does, and shows the week that comes back.
import { say } from "./words.js";

const form = document.getElementById("week-drop");
export const words = (name, card) =>
  form.dataset[name].replace("{subject}", card.querySelector(".week-title").textContent);

export async function drop(card, at) {
  const fields = new FormData(form);
  fields.set("at", new Date(at).toISOString());
  card.setAttribute("aria-busy", "true");
  const answer = await fetch(card.dataset.url, { method: "POST", body: fields }).catch(() => null);
  card.removeAttribute("aria-busy");
  const page = answer && new DOMParser().parseFromString(await answer.text(), "text/html");
  const week = page?.getElementById("week-view");
  const faults = page?.querySelectorAll(".error-summary li") ?? [];
  if (week) showWeek(card.id, page);
  else if (faults.length) refuse(card, [...faults].map((each) => each.textContent.trim()).join(" "));
  else if (answer?.ok) location.assign(answer.url);
  else refuse(card, "");
}

// What was done, and its *Undo*, stay in sight at the foot of the window.
function showWeek(id, page) {
  const fresh = document.adoptNode(page.getElementById("week-view"));
  const told = [...page.querySelectorAll("main > .message"), ...fresh.querySelectorAll(".message")];
  document.getElementById("week-view").replaceWith(fresh);
  document.dispatchEvent(new Event("week:shown"));
  say(...told);
  document.getElementById(id)?.querySelector(".week-grip")?.focus({ preventScroll: true });
}

function refuse(card, why) {
  const told = document.createElement("div");
  told.className = "message message-bad";
  told.append(document.createElement("p"));
  told.firstChild.textContent = why ? `${words("notMoved", card)} ${why}` : words("failed", card);
  say(told);
  card.querySelector(".week-grip").focus({ preventScroll: true });
}
