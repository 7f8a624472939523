// Moves and deletes whole blocks: for keys and buttons.
import { NodeSelection, TextSelection, closeHistory } from "../../vendor/prosemirror.js";
import { word } from "./page.js";
import { emptyBlock } from "./schema.js";

export function blockAround({ doc, selection: { $from } }) {
  const position = $from.depth ? $from.before(1) : $from.pos;
  return { position, block: doc.nodeAt(position), index: $from.index(0) };
}

export const move = (direction) => (state, dispatch) => {
  const { position, block, index } = blockAround(state);
  const other = index + direction;
  if (!block || other < 0 || other >= state.doc.childCount) return false;
  const target = position + direction * state.doc.child(other).nodeSize;
  if (!dispatch) return true;
  const change = closeHistory(state.tr).delete(position, position + block.nodeSize).insert(target, block);
  const inside = target + state.selection.from - position;
  change.setSelection(
    block.isAtom ? NodeSelection.create(change.doc, target) : TextSelection.near(change.doc.resolve(inside)),
  );
  const place = word("block_of", { number: other + 1, count: state.doc.childCount });
  dispatch(change.scrollIntoView().setMeta("announce", place));
  return true;
};

export function removeBlock(state, dispatch) {
  const { position, block } = blockAround(state);
  if (!block) return false;
  if (!dispatch) return true;
  const change = closeHistory(state.tr).delete(position, position + block.nodeSize);
  if (!change.doc.childCount) change.insert(0, emptyBlock());
  change.setSelection(TextSelection.near(change.doc.resolve(Math.min(position, change.doc.content.size))));
  dispatch(change.scrollIntoView().setMeta("announce", word("block_deleted")));
  return true;
}
