// One session of writing: what is saved, what the page says about it, and which text goes on.
import { announce, byId, clockTime, draft, word } from "./page.js";
import { chooseText } from "./choosing.js";
import { showFaults } from "./faults.js";
import { freshId } from "./identity.js";
import { rescueCopies } from "./rescuing.js";
import { StoredCopy } from "./stored_copy.js";
import { Saver } from "./saving.js";
import { readDocument, writeDocument } from "./schema.js";
import { create, postForm, readSaved, send } from "./sending.js";

const FIELDS = ["subject", "preheader", "language", "internal_name"];
const LISTS = "mailing_list_id";
const boxesOf = (form) => [...form.querySelectorAll(`[name="${LISTS}"]`)];

export function keepSaved(view, form, onSaved) {
  const copy = new StoredCopy(draft.account, draft.id, freshId());
  const read = () => ({
    document: writeDocument(view.state.doc),
    ...Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value])),
    [LISTS]: boxesOf(form).filter((box) => box.checked).map((box) => box.value).join(" "),
  });
  const saver = new Saver({
    read, send, copy, revision: draft.revision, tell,
    onSaved: (body) => {
      copy.rename(draft.account, draft.id);
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

  // Saves the text of this page as a new draft.
  async function saveAside(theirs) {
    const answer = await create(read());
    if (answer.status !== 201) {
      tell("refused", { why: answer.body.words ?? word("try_again") });
      return resolveConflict(theirs ? 412 : 409, { by: theirs?.by, at: theirs?.at });
    }
    saver.forget();
    location.assign(answer.body.urls.edit);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!draft.id) saver.isUnsaved = true;
    const next = event.submitter?.value;
    if (!(await saver.flush())) return;
    if (!byId("fault-summary").hidden) return showFaults();
    if (next === "test") await postForm(draft.urls.send_test).catch(() => {});
    location.assign(draft.urls[next] ?? draft.urls.done);
  });
  const opened = read();
  rescueCopies(copy, { isSaved: (content) => isSame(content, opened), flush: () => saver.flush() });
  return saver;
}

// Undo brings back the text that was replaced.
function take(view, form, content) {
  for (const name of FIELDS) form.elements[name].value = content[name] ?? "";
  const lists = (content[LISTS] ?? "").split(" ");
  for (const box of boxesOf(form)) box.checked = lists.includes(box.value);
  const doc = readDocument(content.document);
  view.dispatch(view.state.tr.replaceWith(0, view.state.doc.content.size, doc.content));
}

const isSame = (one, other) =>
  JSON.stringify(one.document) === JSON.stringify(other.document) && [...FIELDS, LISTS].every((name) => one[name] === other[name]);

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
