// The details of a block or a field: its address, its description, its times.
import { NodeSelection, Selection } from "../../vendor/prosemirror.js";
import { announce, word } from "./page.js";
import { ask } from "./dialogs.js";
import { completeAddress } from "./linking.js";
import { blockAround } from "./moving.js";
import { resized, sizeOf } from "./tables.js";

const isTable = ({ type }) => type.name === "table";

// The node with its new details, and the button that was pressed; null if the dialog was closed.
async function askOf(node) {
  const answer = await ask(`details-${node.type.name}`, isTable(node) ? sizeOf(node) : node.attrs);
  if (!answer) return null;
  const { pressed, ...values } = answer;
  if (isTable(node)) return { pressed, node: resized(node, { rows: Number(values.rows) || 1, columns: Number(values.columns) || 1 }) };
  if ("href" in values) values.href = completeAddress(values.href);
  return { pressed, node: node.type.create({ ...node.attrs, ...values }, node.content, node.marks) };
}

export const hasDialog = ({ type }) => document.getElementById(`details-${type.name}`) !== null;

// Asks before something is inserted. Nothing is inserted if the dialog is closed.
export async function complete(node) {
  if (!hasDialog(node)) return node;
  const answer = await askOf(node);
  return answer && answer.node;
}

export async function askDetails(view, choosePicture) {
  const { selection, doc } = view.state;
  const at = selection instanceof NodeSelection ? selection.from : blockAround(view.state).position;
  const node = doc.nodeAt(at);
  if (!node || !hasDialog(node)) {
    announce(word("no_details"));
    return;
  }
  const { from } = selection;
  const answer = await askOf(node);
  view.focus();
  if (!answer) return;
  const picture = answer.pressed === "other" ? await choosePicture() : null;
  const changed = picture ? node.type.create({ ...answer.node.attrs, image: picture.id }, node.content) : answer.node;
  const change = view.state.tr.replaceWith(at, at + node.nodeSize, changed);
  change.setSelection(
    node.isAtom ? NodeSelection.create(change.doc, at) : Selection.near(change.doc.resolve(Math.min(from, at + changed.nodeSize - 1))),
  );
  view.dispatch(change);
  view.focus();
}
