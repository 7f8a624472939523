// Tables: Tab goes from cell to cell, Enter to the cell below; the details say how many rows and columns.
import { TextSelection } from "../../vendor/prosemirror.js";
import { schema } from "./schema.js";

const { table, table_row: rowType, table_cell: cellType } = schema.nodes;
const cellAround = ({ selection: { $from } }) => ($from.parent.type === cellType ? $from.before() : null);

function goTo(state, dispatch, cells) {
  const at = cellAround(state);
  if (at === null) return false;
  const places = [];
  const start = state.selection.$from.before(1);
  state.doc.nodeAt(start).descendants((node, position) => {
    if (node.type === cellType) places.push(start + 1 + position);
    return node.type !== cellType;
  });
  const columns = state.selection.$from.node(2).childCount;
  const next = places[places.indexOf(at) + (cells === "below" ? columns : cells)];
  if (next === undefined) return cells === "below";
  dispatch?.(state.tr.setSelection(TextSelection.create(state.doc, next + 1, next + state.doc.nodeAt(next).nodeSize - 1)).scrollIntoView());
  return true;
}

export const nextCell = (state, dispatch) => goTo(state, dispatch, 1);
export const formerCell = (state, dispatch) => goTo(state, dispatch, -1);
export const cellBelow = (state, dispatch) => goTo(state, dispatch, "below");

export const sizeOf = (node) => ({ rows: node.childCount, columns: node.firstChild.childCount });

// The same table with more or fewer rows and columns.
export function resized(node, { rows, columns }) {
  const cells = (row) => Array.from({ length: columns }, (_, index) => row?.maybeChild(index) ?? cellType.create());
  const all = Array.from({ length: rows }, (_, index) => rowType.create(null, cells(node.maybeChild(index))));
  return table.create(node.attrs, all);
}
