// Words that earlier pages left in this browser go into the history: nothing has to be answered. Those
// of a draft that was never saved wait for a press. A copy stays until the server has its words.
import { clockTime, draft, element, word } from "./page.js";
import { notify } from "./notices.js";
import { create, rescue } from "./sending.js";

export async function rescueCopies(copy, { isSaved, flush }) {
  for (const stored of await copy.left) {
    if (isSaved(stored.content)) copy.erase(stored);
    else if (draft.id) await putIntoHistory(copy, stored);
    else offerDraft(copy, stored, flush);
  }
}

const firstWords = ({ text, content = [] }) => text?.slice(0, 60) ?? content.map(firstWords).find(Boolean) ?? "";

async function putIntoHistory(copy, stored) {
  const { status, body } = await rescue(stored);
  if (status !== 201) return;
  copy.erase(stored);
  notify(word("rescued", { at: clockTime(stored.at) }), element("a", { href: body.url }, word("compare")));
}

function offerDraft(copy, stored, flush) {
  const button = element("button", { type: "button", class: "button button-small" }, word("open_as_draft"));
  button.addEventListener("click", async () => {
    const { status, body } = await create(stored.content);
    if (status !== 201) return notify(body.words ?? word("try_again"));
    copy.erase(stored);
    if (await flush()) location.assign(body.urls.edit);
  });
  notify(word("unsaved_draft", { at: clockTime(stored.at), subject: stored.content.subject || firstWords(stored.content.document) }), button);
}
