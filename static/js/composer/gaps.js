// The gaps that a template leaves, in double brackets: a click selects one, and Tab leads to the next.
import { Plugin, TextSelection } from "../../vendor/prosemirror.js";

const GAP = /\[\[[^[\]]+\]\]/g;

const gapsIn = (text) => [...text.matchAll(GAP)].map((found) => ({ from: found.index, to: found.index + found[0].length, words: found[0] }));

export function listGaps(doc) {
  const found = [];
  doc.descendants((node, at) => {
    if (node.isText) found.push(...gapsIn(node.text).map(({ from, to, words }) => ({ from: at + from, to: at + to, words })));
  });
  return found;
}

export function selectGap(view, gap) {
  if (!gap) return false;
  view.dispatch(select(view.state, gap));
  view.focus();
  return true;
}

const select = ({ doc, tr }, { from, to }) => tr.setSelection(TextSelection.create(doc, from, to)).scrollIntoView();

// Tab leaves the text when no gap is left behind the caret.
export const nextGap = (state, dispatch) => goTo(state, dispatch, listGaps(state.doc).find(({ from }) => from >= state.selection.to));
export const formerGap = (state, dispatch) => goTo(state, dispatch, listGaps(state.doc).findLast(({ to }) => to <= state.selection.from));

function goTo(state, dispatch, gap) {
  if (gap) dispatch?.(select(state, gap));
  return Boolean(gap);
}

const around = (gaps, at) => gaps.find(({ from, to }) => from < at && at < to);

export const gaps = () => new Plugin({
  props: { handleClick: (view, at) => view.state.selection.empty && selectGap(view, around(listGaps(view.state.doc), at)) },
});

// The same in a line such as the subject. Tab leads from its last gap to the first one of the text.
export function gapsOfLine(line, view) {
  const mark = (gap) => line.setSelectionRange(gap.from, gap.to);
  line.addEventListener("click", () => {
    const gap = line.selectionStart === line.selectionEnd && around(gapsIn(line.value), line.selectionStart);
    if (gap) mark(gap);
  });
  line.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || event.shiftKey) return;
    const gap = gapsIn(line.value).find(({ from }) => from >= line.selectionEnd);
    if (gap) mark(gap);
    else if (!selectGap(view, listGaps(view.state.doc)[0])) return;
    event.preventDefault();
  });
}
