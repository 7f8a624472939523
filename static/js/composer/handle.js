// A handle at the block under the mouse, to drag it. Keys and buttons do the same: moving.js.
import { NodeSelection, Plugin } from "../../vendor/prosemirror.js";
import { element } from "./page.js";

export const handle = () => new Plugin({
  view(view) {
    const frame = view.dom.parentNode;
    const grip = element("div", { class: "grip", draggable: "true", "aria-hidden": "true" });
    let at = null;
    grip.hidden = true;
    frame.append(grip);
    const follow = ({ clientY }) => {
      at = positionBeside(view, clientY);
      const block = at === null ? null : view.nodeDOM(at);
      grip.hidden = !block?.getBoundingClientRect;
      if (!grip.hidden) grip.style.top = `${block.getBoundingClientRect().top - frame.getBoundingClientRect().top}px`;
    };
    frame.addEventListener("mousemove", follow);
    grip.addEventListener("dragstart", (event) => startToDrag(view, at, event));
    return { destroy: () => { grip.remove(); frame.removeEventListener("mousemove", follow); } };
  },
});

function positionBeside(view, top) {
  const found = view.posAtCoords({ left: view.dom.getBoundingClientRect().left + 60, top });
  if (!found) return null;
  const place = view.state.doc.resolve(found.pos);
  return place.depth ? place.before(1) : Math.max(found.inside, 0);
}

function startToDrag(view, at, event) {
  const selection = NodeSelection.create(view.state.doc, at);
  view.dispatch(view.state.tr.setSelection(selection));
  const slice = selection.content();
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", slice.content.textBetween(0, slice.content.size, "\n"));
  event.dataTransfer.setDragImage(view.nodeDOM(at), 0, 0);
  view.dragging = { slice, move: true };
}
