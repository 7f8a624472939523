// Links: words and an address, asked together.
import { Plugin, closeHistory } from "../../vendor/prosemirror.js";
import { announce, word } from "./page.js";
import { findAddresses } from "./pasting/addresses.js";
import { ask } from "./dialogs.js";
import { readLines } from "./pasting/plain_text.js";
import { schema } from "./schema.js";

const ADDRESS = /^https?:\/\/\S+$/i;
const { link } = schema.marks;

// "example.org" and "us@example.org" get the scheme that they lack.
export function completeAddress(typed) {
  if (!typed || /^(https?|mailto|tel):/i.test(typed)) return typed;
  return /^[^\s/@]+@[^\s/@]+\.[^\s/@]+$/.test(typed) ? `mailto:${typed}` : `https://${typed}`;
}

export async function askLink(view) {
  const { $from } = view.state.selection;
  if (!$from.parent.type.allowsMarkType?.(link)) {
    announce(word("not_here"));
    return;
  }
  const { from, to } = rangeOf(view.state);
  const words = view.state.doc.textBetween(from, to, " ");
  const isOneText = view.state.doc.resolve(from).sameParent(view.state.doc.resolve(to)) && words.length === to - from;
  const former = hrefIn(view.state.doc, from, to);
  const answer = await ask("link-dialog", { words, href: former });
  view.focus();
  if (!answer) return;
  const change = view.state.tr;
  const href = completeAddress(answer.href);
  if (answer.pressed === "other" || !href) change.removeMark(from, to, link);
  else if (isOneText && answer.words !== words) {
    const text = answer.words || href;
    change.insertText(text, from, to).addMark(from, from + text.length, link.create({ href }));
  } else if (from === to) change.insertText(href, from).addMark(from, from + href.length, link.create({ href }));
  else change.addMark(from, to, link.create({ href }));
  view.dispatch(change.removeStoredMark(link).scrollIntoView());
}

// The selection, or the whole link around the caret.
function rangeOf({ doc, selection: { from, to, empty, $from } }) {
  const mark = empty && link.isInSet($from.marks());
  if (!mark) return { from, to };
  let [start, end] = [from, to];
  while (start > $from.start() && doc.rangeHasMark(start - 1, start, mark)) start -= 1;
  while (end < $from.end() && doc.rangeHasMark(end, end + 1, mark)) end += 1;
  return { from: start, to: end };
}

function hrefIn(doc, from, to) {
  let href = "";
  doc.nodesBetween(from, to, (node) => { href ||= link.isInSet(node.marks)?.attrs.href ?? ""; });
  return href;
}

// An address becomes a link when a space or the end of the paragraph follows it. Undo takes the link
// away alone. One that is pasted over words makes them a link.
export const linkPasted = () => new Plugin({
  props: {
    handlePaste: (view, event) => linkSelection(view, event) || pasteLines(view, event),
    handleTextInput(view, _from, _to, text) {
      if (text === " ") linkBefore(view);
      return false;
    },
    handleKeyDown(view, event) {
      if (event.key === "Enter" && !event.isComposing) linkBefore(view);
      return false;
    },
  },
});

function linkSelection(view, event) {
  const href = event.clipboardData.getData("text/plain").trim();
  const { from, to, empty, $from, $to } = view.state.selection;
  if (empty || !ADDRESS.test(href) || !$from.sameParent($to) || !$from.parent.type.allowsMarkType(link)) return false;
  view.dispatch(view.state.tr.addMark(from, to, link.create({ href })));
  return true;
}

function pasteLines(view, event) {
  const { $from } = view.state.selection;
  const isText = !event.clipboardData.getData("text/html") && !view.input.shiftKey;
  const isBetweenBlocks = $from.depth === 0 || ($from.depth === 1 && $from.parent.type === schema.nodes.paragraph);
  const html = isText && isBetweenBlocks ? readLines(event.clipboardData.getData("text/plain")) : "";
  // Its own event, without this text.
  return Boolean(html) && view.pasteHTML(html, new ClipboardEvent("paste", { clipboardData: new DataTransfer() }));
}

// The key comes first, so that undo doesn't take it away with the link.
function linkBefore(view) {
  const { $from, empty } = view.state.selection;
  if (!empty || !$from.parent.type.allowsMarkType?.(link)) return;
  const before = $from.parent.textBetween(0, $from.parentOffset, null, "\ufffc");
  const found = findAddresses(before).at(-1);
  if (!found || /\s/.test(before.slice(found.end)) || before[found.start - 1] === "\ufffc") return;
  const [from, to] = [$from.start() + found.start, $from.start() + found.end];
  if (view.state.doc.rangeHasMark(from, to, link)) return;
  queueMicrotask(() => {
    if (view.state.doc.textBetween(from, to) !== before.slice(found.start, found.end)) return;
    view.dispatch(closeHistory(view.state.tr.addMark(from, to, link.create({ href: found.href }))));
  });
}
