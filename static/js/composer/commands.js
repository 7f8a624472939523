// The commands of buttons and keys, by their names in the toolbar.
import {
  Selection, baseKeymap, chainCommands, history, inputRules, keymap, lift, liftListItem, redo, redoDepth, setBlockType, sinkListItem,
  splitListItem, textblockTypeInputRule, toggleMark, undo, undoDepth, undoInputRule, wrapInList, wrappingInputRule,
} from "../../vendor/prosemirror.js";
import { formerGap, nextGap } from "./gaps.js";
import { blockAround, move, removeBlock } from "./moving.js";
import { schema } from "./schema.js";
import { cellBelow, formerCell, nextCell } from "./tables.js";

const { nodes, marks } = schema;
const isIn = (type) => ({ selection: { $from } }) =>
  Array.from({ length: $from.depth }, (_, depth) => $from.node(depth + 1)).some((node) => node.type === type);
const hasMark = (mark) => ({ doc, storedMarks, selection: { from, to, empty, $from } }) =>
  empty ? Boolean(mark.isInSet(storedMarks ?? $from.marks())) : doc.rangeHasMark(from, to, mark);

const toggleHeading = (state, dispatch) =>
  isIn(nodes.heading)(state) ? setBlockType(nodes.paragraph)(state, dispatch) : setBlockType(nodes.heading, { level: 2 })(state, dispatch);
const toggleList = (type) => (state, dispatch) =>
  isIn(type)(state) ? liftListItem(nodes.list_item)(state, dispatch) : wrapInList(type)(state, dispatch);
const breakLine = (state, dispatch) => {
  if (!state.selection.$from.parent.type.contentMatch.matchType(nodes.hard_break)) return false;
  dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
  return true;
};
// Enter in a button, or in the empty last line of a box, goes on below it.
function leaveBlock(state, dispatch) {
  const { $from, empty } = state.selection;
  const isButton = $from.parent.type === nodes.button;
  if (!empty || !(isButton || isEmptyLastLine($from))) return false;
  if (!dispatch) return true;
  const change = state.tr;
  if (!isButton) change.delete($from.before(), $from.after());
  const after = change.mapping.map($from.after(1));
  change.insert(after, nodes.paragraph.create());
  dispatch(change.setSelection(Selection.near(change.doc.resolve(after + 1))).scrollIntoView());
  return true;
}

function isEmptyLastLine($from) {
  if ($from.depth !== 2 || $from.parent.content.size) return false;
  const lines = $from.node(1).childCount;
  return lines > 1 && $from.index(1) === lines - 1;
}

export const commands = {
  strong: { run: toggleMark(marks.strong), isActive: hasMark(marks.strong) },
  em: { run: toggleMark(marks.em), isActive: hasMark(marks.em) },
  strike: { run: toggleMark(marks.strike), isActive: hasMark(marks.strike) },
  heading: { run: toggleHeading, isActive: isIn(nodes.heading) },
  bullet_list: { run: toggleList(nodes.bullet_list), isActive: isIn(nodes.bullet_list) },
  ordered_list: { run: toggleList(nodes.ordered_list), isActive: isIn(nodes.ordered_list) },
  up: { run: move(-1), isPossible: move(-1) },
  down: { run: move(1), isPossible: move(1) },
  remove: { run: removeBlock, isPossible: removeBlock },
  undo: { run: chainCommands(undoInputRule, undo), isPossible: (state) => undoDepth(state) > 0 },
  redo: { run: redo, isPossible: (state) => redoDepth(state) > 0 },
};
export const isLink = hasMark(marks.link);
export const hasDetails = (state) => {
  const node = state.selection.node ?? blockAround(state).block;
  return ["button", "image", "pair", "event", "share", "field", "table"].includes(node?.type.name);
};

export function plugins(keys) {
  return [
    inputRules({ rules: [
      textblockTypeInputRule(/^##\s$/, nodes.heading, { level: 2 }), textblockTypeInputRule(/^###\s$/, nodes.heading, { level: 3 }),
      wrappingInputRule(/^\s*[-+*]\s$/, nodes.bullet_list), wrappingInputRule(/^1\.\s$/, nodes.ordered_list),
      wrappingInputRule(/^\s*>\s$/, nodes.quote),
    ] }),
    keymap({
      ...keys,
      "Mod-z": commands.undo.run, "Mod-y": redo, "Mod-Shift-z": redo,
      "Mod-b": commands.strong.run, "Mod-i": commands.em.run, "Mod-Shift-x": commands.strike.run,
      "Alt-Shift-ArrowUp": move(-1), "Alt-Shift-ArrowDown": move(1),
      Enter: chainCommands(cellBelow, splitListItem(nodes.list_item), leaveBlock), "Shift-Enter": breakLine,
      Tab: chainCommands(nextGap, nextCell, sinkListItem(nodes.list_item)), "Mod-[": lift,
      "Shift-Tab": chainCommands(formerGap, formerCell, liftListItem(nodes.list_item)),
    }),
    keymap(baseKeymap),
    history({ newGroupDelay: 700 }),
  ];
}
