// Marks the words that comments quote, and the blocks that they are about.
import { Decoration, DecorationSet, Plugin, PluginKey } from "../../vendor/prosemirror.js";
import { blockOf, rangeOf } from "./quotes.js";

const key = new PluginKey("comments");

// `found` are the ids of comments with their blocks and quotes. One that is being written has no id.
export const showMarks = (view, found) => view.dispatch(view.state.tr.setMeta(key, found));

export function addMarks(view, word, onPress) {
  const marks = new Plugin({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply: (change, former) => {
        const found = change.getMeta(key);
        return found ? decorate(change.doc, found, word) : former.map(change.mapping, change.doc);
      },
    },
    props: {
      decorations: (state) => key.getState(state),
      handleClickOn: (_view, _pos, _node, _nodePos, event) => {
        const mark = event.target.closest?.(".commented-mark");
        if (mark) onPress(mark.dataset.comment);
        return Boolean(mark);
      },
    },
  });
  view.updateState(view.state.reconfigure({ plugins: [...view.state.plugins, marks] }));
}

function decorate(doc, found, word) {
  const made = [];
  for (const { id, block, quote } of found) {
    const here = blockOf(doc, block);
    if (!here) continue;
    const range = rangeOf(here, quote);
    if (range) made.push(Decoration.inline(range.from, range.to, { class: "commented" }));
    if (id) made.push(Decoration.widget(here.at + here.node.nodeSize, () => mark(id, word), { key: id, side: -1 }));
  }
  return DecorationSet.create(doc, made);
}

function mark(id, word) {
  const made = document.createElement("span");
  Object.assign(made, { className: "commented-mark", textContent: word("comment_here") });
  made.dataset.comment = id;
  return made;
}
