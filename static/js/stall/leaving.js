// Sends what the tablet keeps, and shows what the site refused. `correct` fills in the form with a refused one.
import { deleteStored, listStored, markRefused } from "./stored.js";
import { element, showNetwork } from "./page.js";
import { showRefused } from "./refused.js";
import { post } from "./sending.js";

const persons = new Map(); // the answers for refused ones since this page was opened

export async function showStored(correct) {
  const stored = await listStored();
  const refused = stored.filter((each) => each.code);
  element("count").textContent = String(stored.length - refused.length);
  showRefused(refused, persons, { correct, remove: (each) => remove(each, correct) });
}

export async function remove(stored, correct) {
  persons.delete(stored.id);
  await deleteStored(stored.id);
  await showStored(correct);
}

async function sendOne(stored) {
  const answer = await post(stored.path, { sealed: stored.sealed, reader: document.documentElement.lang });
  showNetwork(answer !== null);
  if (!answer || answer.isLater) return false;
  if (answer.isTaken) {
    await deleteStored(stored.id);
  } else {
    persons.set(stored.id, answer);
    await markRefused(stored, answer);
  }
  return true;
}

// One tab at a time. Refused ones are asked about once for each opening of the page: it may be mended.
export async function sendStored(correct) {
  await navigator.locks.request("stall", { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    for (const stored of await listStored()) {
      if (!persons.has(stored.id) && !(await sendOne(stored))) break;
    }
  });
  await showStored(correct);
}
