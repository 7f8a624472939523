// Inserts what was chosen: a block, a word that differs for each reader, a picture, a piece, an emoji.
import { closeHistory } from "../../vendor/prosemirror.js";
import { announce, draft, word } from "./page.js";
import { addChoice, choices, insertBlock, insertInline, make } from "./choices.js";
import { complete } from "./details.js";
import { ask } from "./dialogs.js";
import { chooseEmoji } from "./emoji.js";
import { choosePicture } from "./pictures.js";
import { postForm } from "./sending.js";
import { schema, writeDocument } from "./schema.js";

export async function insert(view, name) {
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

export async function insertEmoji(view) {
  const sign = await chooseEmoji();
  view.focus();
  if (sign) view.dispatch(view.state.tr.insertText(sign).scrollIntoView());
}

