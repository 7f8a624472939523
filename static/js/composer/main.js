// Turns the text field of a draft into the composer. Without this script it stays a text field.
import { EditorState, EditorView, closeHistory, dropCursor, gapCursor } from "../../vendor/prosemirror.js";
import { announce, byId, draft, word } from "./page.js";
import { addChoice, choices, insertBlock, insertInline, make } from "./choices.js";
import { commands, hasDetails, isLink, plugins } from "./commands.js";
import { askDetails, complete } from "./details.js";
import { chooseEmoji, offerEmoji } from "./emoji.js";
import { faults, showFindings } from "./faults.js";
import { handle } from "./handle.js";
import { identity } from "./identity.js";
import { insertMenu } from "./insert_menu.js";
import { askLink, linkPasted } from "./linking.js";
import { comment, meetOthers } from "./others.js";
import { cleanPasted, readFields } from "./pasting.js";
import { choosePicture, uploads } from "./pictures.js";
import { preview, showInboxLine } from "./preview.js";
import { ask } from "./dialogs.js";
import { postForm } from "./sending.js";
import { keepSaved } from "./session.js";
import { readDocument, schema, writeDocument } from "./schema.js";
import { toolbar } from "./toolbar.js";
import { nodeViews } from "./views.js";
import { watch } from "./watching.js";

const form = byId("writing");
for (const id of ["composer", "save-status", "preview-beside"]) byId(id).hidden = false;
for (const id of ["plain", "markdown-help", "form-errors", "subject-error", "preheader-error"]) byId(id)?.remove();
for (const each of form.querySelectorAll(".field-error")) each.classList.remove("field-error");
byId("desk").className = "composing";
for (const each of document.querySelectorAll(".languages button")) each.removeAttribute("form"); // all is saved already

const actions = {
  insert: { run: openInsert },
  link: { run: () => askLink(view), isActive: isLink },
  field: { run: () => insert("field") },
  emoji: { run: insertEmoji },
  details: { run: details, isPossible: hasDetails },
  comment: { run: comment },
};
const key = (run) => () => { run(); return true; };

const view = new EditorView(byId("paper"), {
  state: EditorState.create({
    doc: readDocument(draft.document),
    plugins: [
      identity(), insertMenu(insert), linkPasted(), uploads(details),
      ...plugins({ "Mod-k": key(actions.link.run), "Alt-F10": key(() => bar.focus()), "Alt-Enter": key(details), "Alt-Shift-m": key(actions.comment.run) }),
      dropCursor({ class: "drop-cursor", color: false }), gapCursor(), handle(), faults(),
    ],
  }),
  attributes: {
    role: "textbox", "aria-multiline": "true", "aria-labelledby": "paper-label", "aria-describedby": "paper-help",
    lang: form.elements.language.value, spellcheck: "true",
  },
  nodeViews,
  transformPastedHTML: (html) => cleanPasted(html, (count) => announce(word("pictures_left_out", { count }))),
  transformPasted: readFields,
  handleDoubleClickOn(_view, _pos, node, _nodePos, _event, isDirect) {
    if (isDirect && node.isAtom) details();
    return isDirect && node.isAtom;
  },
  dispatchTransaction(change) {
    view.updateState(view.state.apply(change));
    if (change.getMeta("announce")) announce(change.getMeta("announce"));
    if (change.docChanged) saver.change();
    bar.update();
  },
});

const showPreview = preview();
const askFindings = watch((found) => showFindings(view, found));
const saver = keepSaved(view, form, (saved) => { showFindings(view, saved); showPreview(); askFindings(); meetOthers(view, true); });
const bar = toolbar(view, commands, actions);

async function insert(name) {
  if (name.startsWith("piece")) {
    const { usePiece } = await import(draft.urls.pieces);
    return usePiece(name, { view, choices, addChoice, ask, announce, word, draft, writeDocument, closeHistory, postForm });
  }
  const node = name === "image" || name === "pair" ? await pictured(name) : make(name);
  const ready = node && (await complete(node));
  view.focus();
  if (!ready) return;
  if (ready.isInline) insertInline(view, ready);
  else insertBlock(view, ready);
}

async function pictured(name) {
  const found = await choosePicture();
  const content = name === "pair" ? schema.nodes.paragraph.create() : null;
  return found && schema.nodes[name].create({ image: found.id, alt: found.alt ?? "" }, content);
}

function openInsert() {
  const dialog = byId("insert-dialog");
  for (const { name, button } of choices) button.onclick = () => { dialog.close(); insert(name); };
  dialog.showModal();
}

function details() {
  askDetails(view, choosePicture);
}

async function insertEmoji() {
  const sign = await chooseEmoji();
  view.focus();
  if (sign) view.dispatch(view.state.tr.insertText(sign).scrollIntoView());
}

form.addEventListener("input", (event) => {
  if (!event.target.name) return;
  view.dom.lang = form.elements.language.value;
  showInboxLine();
  saver.change();
});
for (const show of [showInboxLine, offerEmoji, showPreview]) show();
showFindings(view, draft);
if (draft.waiting) askFindings();
bar.update();
meetOthers(view);
