// Links: words and an address, asked together.
import { Plugin } from "../../vendor/prosemirror.js";
import { announce, word } from "./page.js";
import { ask } from "./dialogs.js";
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

// An address that is pasted over words makes them a link.
export const linkPasted = () => new Plugin({
  props: {
    handlePaste(view, event) {
      const href = event.clipboardData.getData("text/plain").trim();
      const { from, to, empty, $from, $to } = view.state.selection;
      if (empty || !ADDRESS.test(href) || !$from.sameParent($to) || !$from.parent.type.allowsMarkType(link)) return false;
      view.dispatch(view.state.tr.addMark(from, to, link.create({ href })));
      return true;
    },
  },
});
