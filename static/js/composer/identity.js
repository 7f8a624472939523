// Gives each block an id for as long as it lives: faults, comments and versions refer to it.
import { Plugin } from "../../vendor/prosemirror.js";

export const freshId = () =>
  [...crypto.getRandomValues(new Uint8Array(5))].map((each) => each.toString(36).padStart(2, "0")).join("");

export const identity = () => new Plugin({
  appendTransaction(transactions, _former, state) {
    if (!transactions.some((each) => each.docChanged)) return null;
    const seen = new Set();
    const change = state.tr;
    state.doc.forEach((block, position) => {
      if (!block.attrs.id || seen.has(block.attrs.id)) change.setNodeAttribute(position, "id", freshId());
      seen.add(block.attrs.id);
    });
    return change.docChanged ? change.setMeta("addToHistory", false) : null;
  },
});
