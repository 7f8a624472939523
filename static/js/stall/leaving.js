// Sends what the tablet keeps, and shows what the site refused. `correct` fills in the form with a refused one.
import { deleteKept, listKept, markRefused } from "./kept.js";
import { element, showNetwork } from "./page.js";
import { showRefused } from "./refused.js";
import { post } from "./sending.js";

const persons = new Map(); // the answers for refused ones since this page was opened

export async function showKept(correct) {
  const kept = await listKept();
  const refused = kept.filter((each) => each.code);
  element("count").textContent = String(kept.length - refused.length);
  showRefused(refused, persons, { correct, remove: (each) => remove(each, correct) });
}

export async function remove(kept, correct) {
  persons.delete(kept.id);
  await deleteKept(kept.id);
  await showKept(correct);
}

async function sendOne(kept) {
  const answer = await post(kept.path, { sealed: kept.sealed, reader: document.documentElement.lang });
  showNetwork(answer !== null);
  if (!answer || answer.isLater) return false;
  if (answer.isTaken) {
    await deleteKept(kept.id);
  } else {
    persons.set(kept.id, answer);
    await markRefused(kept, answer);
  }
  return true;
}

// One tab at a time. Refused ones are asked about once for each opening of the page: it may be mended.
export async function sendKept(correct) {
  await navigator.locks.request("stall", { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    for (const kept of await listKept()) {
      if (!persons.has(kept.id) && !(await sendOne(kept))) break;
    }
  });
  await showKept(correct);
}
