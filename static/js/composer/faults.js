// What the server found at the last save: faults and doubts, at their blocks and in lists to jump from.
import { Decoration, DecorationSet, Plugin, PluginKey, TextSelection } from "../../vendor/prosemirror.js";
import { byId, draft, element, word } from "./page.js";

const key = new PluginKey("findings");
const KINDS = ["fault", "doubt"];
const GAP = /\[\[[^[\]]+\]\]/g; // what a template leaves to be filled in
const isGap = ({ kind }) => kind === "gap_left";

export const faults = () => new Plugin({
  key,
  state: {
    init: () => draft,
    apply: (change, former) => change.getMeta(key) ?? former,
  },
  props: { decorations: (state) => mark(state.doc, key.getState(state)) },
});

function mark(doc, found) {
  const made = [];
  doc.forEach((block, at) => KINDS.forEach((kind) => {
    const here = found[`${kind}s`].filter((each) => each.block_id && each.block_id === block.attrs.id && (block.isAtom || !isGap(each)));
    if (!here.length) return;
    const end = at + block.nodeSize;
    const sentences = here.map(({ words }) => words).join(" ");
    if (kind === "fault") made.push(Decoration.node(at, end, { class: "faulty" }));
    made.push(Decoration.widget(end, () => element("p", { class: kind }, sentences), { key: `${block.attrs.id} ${sentences}`, side: -1 }));
  }));
  doc.descendants((node, at) => {
    if (!node.isText) return;
    for (const gap of node.text.matchAll(GAP)) made.push(Decoration.inline(at + gap.index, at + gap.index + gap[0].length, { class: "gap" }));
  });
  return DecorationSet.create(doc, made);
}

// All gaps are one thing to do, and the first of them is where one begins.
function folded(found) {
  const gaps = found.filter(isGap);
  if (gaps.length < 2) return found;
  return [{ ...gaps[0], words: word("gaps", { count: gaps.length }) }, ...found.filter((each) => !isGap(each))];
}

// A save tells faults alone; the rest follows, and is as it was until then.
export function showFindings(view, news) {
  const former = key.getState(view.state);
  const found = { doubts: former.doubts, ...news };
  const isSame = (kind) => JSON.stringify(former[`${kind}s`]) === JSON.stringify(found[`${kind}s`]);
  if (!KINDS.every(isSame)) view.dispatch(view.state.tr.setMeta(key, found));
  for (const kind of KINDS) list(view, kind, found[`${kind}s`]);
  if ("weight" in news) byId("weight").textContent = news.weight ? word("weight", { size: Math.ceil(news.weight / 1024) }) : "";
  if (found.sender) byId("inbox-sender").textContent = found.sender;
}

function list(view, kind, found) {
  byId(`${kind}-summary`).hidden = !found.length;
  const entries = folded(found);
  byId(`${kind}-count`).textContent = word(`${kind}s`, { count: entries.length });
  byId(`${kind}-list`).replaceChildren(...entries.map((each) => {
    const button = element("button", { type: "button", class: "link-button" }, each.words);
    button.addEventListener("click", () => jump(view, each));
    return element("li", {}, button);
  }));
}

function jump(view, { block_id, field }) {
  if (!block_id) {
    (byId(field) ?? view).focus();
    return;
  }
  view.state.doc.forEach((block, at) => {
    if (block.attrs.id !== block_id) return;
    view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(at + 1))).scrollIntoView());
  });
  view.focus();
}
