// Turns the text field of a draft into the composer. Without this script it stays a text field.
import { EditorState, EditorView, dropCursor, gapCursor } from "../../vendor/prosemirror.js";
import { announce, byId, draft, noteKeyboard, word } from "./page.js";
import { insertPanel, previewToggle } from "./around_text/beside.js";
import { commands, hasDetails, isLink, plugins } from "./commands.js";
import { askDetails } from "./details.js";
import { offerEmoji } from "./emoji.js";
import { faults, showFindings, takeGapsForFaults } from "./faults.js";
import { gaps } from "./gaps.js";
import { handle } from "./handle.js";
import { identity } from "./identity.js";
import { insertMenu } from "./around_text/insert_menu.js";
import { insert, insertEmoji } from "./inserting.js";
import { askLink, linkPasted } from "./linking.js";
import { mailHead } from "./around_text/mail_head.js";
import { comment, meetOthers } from "./others.js";
import { cleanPasted, readFields } from "./pasting/pasting.js";
import { choosePicture, uploads } from "./pictures.js";
import { preview, showInboxLine } from "./around_text/preview.js";
import { keepSaved } from "./session.js";
import { readDocument } from "./schema.js";
import { nextSteps } from "./around_text/steps.js";
import { toolbar } from "./around_text/toolbar.js";
import { nodeViews } from "./views.js";
import { watch } from "./watching.js";

const form = byId("writing");
for (const id of ["composer", "save-status", "writing-bar", "beside-text"]) byId(id).hidden = false;
for (const id of ["plain", "markdown-help", "form-errors", "subject-error", "preheader-error", "save-and-test"]) byId(id)?.remove();
for (const each of form.querySelectorAll(".field-error")) each.classList.remove("field-error");
byId("desk").className = "composing";
byId("save").classList.remove("button-primary"); // it saves itself
for (const each of document.querySelectorAll(".languages button")) each.removeAttribute("form"); // all is saved already

const actions = {
  insert: { run: () => openInsert() },
  link: { run: () => askLink(view), isActive: isLink },
  field: { run: () => insert(view, "field") },
  emoji: { run: () => insertEmoji(view) },
  details: { run: details, isPossible: hasDetails },
  comment: { run: comment },
};
const key = (run) => () => { run(); return true; };

const view = new EditorView(byId("paper"), {
  state: EditorState.create({
    doc: readDocument(draft.document),
    plugins: [
      identity(), insertMenu((name) => insert(view, name)), gaps(), linkPasted(), uploads(details),
      ...plugins({ "Mod-k": key(actions.link.run), "Alt-F10": key(() => bar.focus()), "Alt-Enter": key(details), "Alt-Shift-m": key(actions.comment.run) }),
      dropCursor({ class: "drop-cursor", color: false }), gapCursor(), handle(), faults(),
    ],
  }),
  attributes: {
    role: "textbox", "aria-multiline": "true", "aria-labelledby": "paper-label", "aria-describedby": "paper-keys",
    lang: form.elements.language.value, spellcheck: "true",
  },
  nodeViews,
  transformPastedHTML: cleanPasted,
  transformPasted: readFields,
  handleDoubleClickOn(_view, _pos, node, _nodePos, _event, isDirect) {
    if (isDirect && node.isAtom) details();
    return isDirect && node.isAtom;
  },
  dispatchTransaction(change) {
    view.updateState(view.state.apply(change));
    if (change.getMeta("announce")) announce(change.getMeta("announce"));
    if (change.docChanged) changed();
    bar.update();
  },
});

const showPreview = preview();
const askFindings = watch((found) => showFindings(view, found));
const saver = keepSaved(view, form, (saved) => { showFindings(view, saved); showPreview(); askFindings(); meetOthers(view, true); });
const bar = toolbar(view, commands, actions);
const openInsert = insertPanel(view, (name) => insert(view, name));
const askTestFirst = nextSteps(form, saver, () => takeGapsForFaults(view));

function details() {
  askDetails(view, choosePicture);
}

form.addEventListener("input", (event) => {
  if (!event.target.name) return;
  view.dom.lang = form.elements.language.value;
  showInboxLine();
  changed();
});

function changed() {
  saver.change();
  askTestFirst();
}

mailHead(view, form);
for (const show of [showInboxLine, offerEmoji]) show();
previewToggle(showPreview);
noteKeyboard(view);
showFindings(view, draft);
if (draft.waiting) askFindings();
bar.update();
meetOthers(view);
