// What can be inserted, and how. Names and search words come from the buttons of the menu beside the text.
import { NodeSelection, TextSelection, closeHistory } from "../../vendor/prosemirror.js";
import { announce, byId, word } from "./page.js";
import { emptyBlock, schema } from "./schema.js";
import { freshId } from "./identity.js";

const nodes = schema.nodes;
const listOf = (type) => type.create(null, nodes.list_item.create(null, emptyBlock()));
const row = () => nodes.table_row.create(null, [nodes.table_cell.create(), nodes.table_cell.create()]);
const MAKERS = {
  paragraph: emptyBlock,
  heading: () => nodes.heading.create({ level: 2 }),
  subheading: () => nodes.heading.create({ level: 3 }),
  bullet_list: () => listOf(nodes.bullet_list),
  ordered_list: () => listOf(nodes.ordered_list),
  quote: () => nodes.quote.create(null, emptyBlock()),
  callout: () => nodes.callout.create(null, emptyBlock()),
  divider: () => nodes.divider.create(),
  button: () => nodes.button.create(),
  event: () => nodes.event.create(),
  share: () => nodes.share.create(),
  table: () => nodes.table.create(null, [row(), row()]),
  field: () => nodes.field.create({ name: "given_name" }),
};

const read = (button) => ({
  name: button.dataset.choice, button, label: button.textContent.trim(), words: plain(`${button.textContent} ${button.dataset.words}`),
});
export const choices = [...byId("insert-panel").querySelectorAll("[data-choice]")].map(read);

// A piece that has just been saved. Its button is like that of saving.
export function addChoice(name, label) {
  const item = choices.find((each) => each.name === "piece").button.parentElement.cloneNode(true);
  const button = item.firstElementChild;
  button.dataset.choice = name;
  button.querySelector("span").textContent = label;
  byId("pieces").append(item);
  choices.push(read(button));
}
export const matching = (query) => choices.filter(({ words }) => words.includes(plain(query)));
export const make = (name) => MAKERS[name]?.();

// Words without accents and capitals, so that "evenement" finds "Événement".
export function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

// Inserts after the block of the caret, or in the place of an empty paragraph.
export function insertBlock(view, node) {
  const change = closeHistory(view.state.tr);
  const { $from } = change.selection;
  const named = node.type.create({ ...node.attrs, id: freshId() }, node.content);
  const around = $from.depth ? $from.node(1) : null;
  const isEmpty = around?.type === nodes.paragraph && !around.content.size;
  const at = around ? (isEmpty ? $from.before(1) : $from.after(1)) : change.selection.to;
  change.replaceWith(at, isEmpty ? $from.after(1) : at, named);
  const end = at + named.nodeSize;
  if (named.isAtom && end >= change.doc.content.size) change.insert(end, emptyBlock());
  change.setSelection(
    named.isAtom ? NodeSelection.create(change.doc, at) : TextSelection.near(change.doc.resolve(at + 1)),
  );
  view.dispatch(change.scrollIntoView());
  announceInserted(node);
}

export function insertInline(view, node) {
  const { $from } = view.state.selection;
  if (!$from.parent.inlineContent || !$from.parent.type.contentMatch.matchType(node.type)) {
    announce(word("not_here"));
    return;
  }
  view.dispatch(view.state.tr.replaceSelectionWith(node, false).scrollIntoView());
  announceInserted(node);
}

function announceInserted({ type, attrs }) {
  const name = type.name === "heading" && attrs.level === 3 ? "subheading" : type.name;
  const found = choices.find((each) => each.name === name);
  if (found) announce(word("inserted", { what: found.label }));
}
