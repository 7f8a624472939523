// The faults that the server found at the last save: at their blocks, and in a list to jump from.
import { Decoration, DecorationSet, Plugin, PluginKey, TextSelection } from "../../vendor/prosemirror.js";
import { byId, draft, element, word } from "./page.js";

const key = new PluginKey("faults");

export const faults = () => new Plugin({
  key,
  state: {
    init: () => draft.faults,
    apply: (change, former) => change.getMeta(key) ?? former,
  },
  props: { decorations: (state) => mark(state.doc, key.getState(state)) },
});

function mark(doc, found) {
  const made = [];
  doc.forEach((block, at) => {
    const here = found.filter(({ block_id }) => block_id && block_id === block.attrs.id);
    if (!here.length) return;
    const end = at + block.nodeSize;
    const sentences = here.map(({ words }) => words).join(" ");
    made.push(Decoration.node(at, end, { class: "faulty" }));
    made.push(Decoration.widget(end, () => element("p", { class: "fault" }, sentences), { key: `${block.attrs.id} ${sentences}`, side: -1 }));
  });
  return DecorationSet.create(doc, made);
}

export function showFaults(view, found) {
  const former = key.getState(view.state);
  if (JSON.stringify(former) !== JSON.stringify(found)) view.dispatch(view.state.tr.setMeta(key, found));
  const summary = byId("fault-summary");
  summary.hidden = !found.length;
  byId("fault-count").textContent = word("faults", { count: found.length });
  byId("fault-list").replaceChildren(...found.map((each) => {
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
