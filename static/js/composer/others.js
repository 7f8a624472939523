// Comments and the sentence about others: a script of its own, loaded when the draft has a number.
import { announce, draft, word } from "./page.js";
import { postForm } from "./sending.js";

let together = null;

export async function meetOthers(view, hasTyped = false) {
  if (!draft.id || together) return together?.refresh();
  together = { comment() {}, refresh() {} };
  const script = await import(draft.urls.together).catch(() => null);
  together = script && script.start({ view, draft, word, announce, postForm, hasTyped }); // without a network, the next save tries again
}

export function comment() {
  if (together) together.comment();
  else announce(word("comment_later"));
}
