// One session of writing: what is saved, what the page says about it, and which text goes on.
import { announce, byId, clockTime, draft, word } from "./page.js";
import { chooseText } from "./choosing.js";
import { freshId } from "./identity.js";
import { StoredCopy } from "./stored_copy.js";
import { Saver } from "./saving.js";
import { readDocument, writeDocument } from "./schema.js";
import { create, readSaved, send } from "./sending.js";

const FIELDS = ["subject", "preheader", "mailing_list_id", "language", "internal_name"];

export function keepSaved(view, form, onSaved) {
  const copy = new StoredCopy(draft.account, draft.id, freshId());
  let taken = null; // the copy of an earlier page, until the server has its words
  const read = () => ({
    document: writeDocument(view.state.doc),
    ...Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value])),
  });
  const saver = new Saver({
    read, send, copy, revision: draft.revision, tell,
    onSaved: (body) => {
      copy.rename(draft.account, draft.id);
      if (taken) copy.eraseLeft(taken);
      taken = null;
      onSaved(body);
    },
    onConflict: (status, body) => resolveConflict(status, body),
  });

  async function resolveConflict(status, body) {
    if (body.error === "frozen") return askToVoid();
    const isGone = status !== 412;
    tell(isGone ? "gone" : "conflict", isGone ? {} : { who: body.by, at: clockTime(body.at) });
    const theirs = isGone ? null : await readSaved();
    const choice = await chooseText({
      sentence: byId("save-status").textContent, mine: read(), theirs, isTheirsGone: isGone,
      names: { mine: word("my_text"), theirs: word("text_of", { who: body.by ?? "" }) },
    });
    if (choice === "both") return saveAside(theirs);
    if (choice === "theirs") take(view, form, theirs);
    saver.resume(theirs.revision, choice === "mine");
    view.focus();
  }

  // A change of a message that waits for its approval makes the approval void: one asks first.
  function askToVoid() {
    tell("frozen");
    const button = byId("void-approval");
    button.hidden = false;
    button.onclick = () => {
      button.hidden = true;
      draft.void_approval = true;
      saver.resume(saver.revision, true);
    };
  }

  // Saves as a new draft: the text of this page, or the copy that an earlier page left.
  async function saveAside(theirs, left = null) {
    const answer = await create(left?.content ?? read());
    if (answer.status !== 201) {
      tell("refused", { why: answer.body.words ?? word("try_again") });
      return left ? null : resolveConflict(theirs ? 412 : 409, { by: theirs?.by, at: theirs?.at });
    }
    for (const each of [left ?? copy, taken]) if (each) copy.eraseLeft(each);
    if (!left) saver.isUnsaved = false;
    if (!left || (await saver.flush())) location.assign(answer.body.urls.edit);
  }

  // The copy of an earlier page stays until it is answered, whatever is typed meanwhile.
  async function offerCopy() {
    const stored = copy.findLeft();
    if (!stored) return;
    if (isSame(stored.content, read())) return copy.eraseLeft(stored);
    const choice = await chooseText({
      sentence: word("copy_found", { at: clockTime(stored.at) }), mine: stored.content, theirs: read(),
      names: { mine: word("stored_text"), theirs: word("saved_text") },
    });
    if (choice === "theirs") return copy.eraseLeft(stored);
    taken = stored;
    if (choice === "both") return saveAside(null, stored);
    take(view, form, stored.content);
    return saver.resume(saver.revision, true);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!draft.id) saver.isUnsaved = true;
    if (await saver.flush()) leave(saver, draft.urls[event.submitter?.value] ?? draft.urls.done);
  });
  offerCopy();
  return saver;
}

// Undo brings back the text that was replaced.
function take(view, form, content) {
  for (const name of FIELDS) form.elements[name].value = content[name] ?? "";
  const doc = readDocument(content.document);
  view.dispatch(view.state.tr.replaceWith(0, view.state.doc.content.size, doc.content));
}

const isSame = (one, other) =>
  JSON.stringify(one.document) === JSON.stringify(other.document) && FIELDS.every((name) => one[name] === other[name]);

function leave(saver, page) {
  if (byId("fault-summary").hidden) location.assign(page);
  else byId("fault-summary").focus();
  return saver;
}

const URGENT = ["signed_out", "offline", "refused", "gone", "conflict", "frozen"];

function tell(what, values = {}) {
  const status = byId("save-status");
  const shown = what === "saved" ? { at: clockTime(values.at) } : values;
  const sentence = word(what, shown);
  if (URGENT.includes(what) && status.dataset.state !== what) announce(sentence);
  status.dataset.state = what;
  status.textContent = sentence;
  byId("sign-in-again").hidden = what !== "signed_out";
}
