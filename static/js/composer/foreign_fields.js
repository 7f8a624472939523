// A field of another program in the text: a button beside its fault puts ours in its place.
import { complete } from "./details.js";
import { element, byId, word } from "./page.js";
import { schema } from "./schema.js";

export function replacing(view, fault) {
  if (!fault.ours) return [];
  const button = element("button", { type: "button", class: "button button-small" }, word("put_ours", { field: word(fault.ours) }));
  button.addEventListener("click", () => replace(view, fault));
  return [" ", button];
}

// Asks what people without a name read, as for each field.
async function replace(view, { block_id, field, foreign, ours }) {
  const node = await complete(schema.nodes.field.create({ name: ours }));
  if (!node) return;
  if (block_id) replaceInBlock(view, node, { block_id, foreign });
  else replaceInLine(byId(field), foreign, schema.nodes.field.spec.leafText(node));
}

function replaceInLine(line, foreign, text) {
  line.value = line.value.replaceAll(foreign, text);
  line.dispatchEvent(new Event("input", { bubbles: true }));
  line.focus();
}

function replaceInBlock(view, node, { block_id, foreign }) {
  const change = view.state.tr;
  view.state.doc.descendants((each, at, parent) => {
    if (parent === view.state.doc) return each.attrs.id === block_id;
    for (const found of each.isText ? [...each.text.matchAll(literal(foreign))] : []) {
      const [from, to] = [change.mapping.map(at + found.index), change.mapping.map(at + found.index + foreign.length)];
      change.replaceWith(from, to, node.mark(each.marks));
    }
    return true;
  });
  view.dispatch(change.scrollIntoView());
  view.focus();
}

const literal = (text) => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "g");
