// The menu that opens when one types "/". The text keeps the focus; arrows and Enter choose.
import { Plugin, PluginKey } from "../../../vendor/prosemirror.js";
import { announce, byId, element, word } from "../page.js";
import { matching } from "../choices.js";

const TYPED = /(?:^|\s)\/([\p{L}\p{N}' ]{0,20})$/u;
const LOWEST = 280; // with less room than this below the caret, the menu opens where there is more
const BESIDE = 4;
const key = new PluginKey("insert_menu");

// After Escape the menu stays closed until another "/" is typed.
function readState(change, former, _before, state) {
  const { $from, empty } = state.selection;
  if (!empty || !$from.parent.isTextblock || $from.parent.type.name === "button") return null;
  const before = $from.parent.textBetween(0, $from.parentOffset, null, "\ufffc");
  const found = TYPED.exec(before);
  if (!found) return null;
  const from = $from.pos - found[1].length - 1;
  const isClosed = change.getMeta(key) === "close" || (former?.isClosed && former.from === from);
  return { from, to: $from.pos, isClosed, choices: isClosed ? [] : matching(found[1].trim()) };
}

export function insertMenu(choose) {
  const menu = byId("insert-menu");
  let active = 0;
  const open = (view) => key.getState(view.state)?.choices ?? [];
  const take = (view, choice) => {
    const { from, to } = key.getState(view.state);
    view.dispatch(view.state.tr.delete(from, to));
    active = 0;
    choose(choice.name);
  };
  const onKey = (view, event) => {
    const found = open(view);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!found.length || event.isComposing) return false;
    if (step) {
      active = (active + step + found.length) % found.length;
      view.updateState(view.state);
    } else if (event.key === "Enter" || event.key === "Tab") take(view, found[active]);
    else if (event.key === "Escape") view.dispatch(view.state.tr.setMeta(key, "close"));
    else return false;
    return true;
  };
  const show = (view) => {
    const found = open(view);
    active = Math.max(0, Math.min(active, found.length - 1));
    menu.replaceChildren(...found.map((each, index) => option(each, index === active, () => take(view, each))));
    place(menu, view, found.length ? key.getState(view.state).from : null, active);
  };
  return new Plugin({
    key,
    state: { init: () => null, apply: readState },
    props: { handleKeyDown: onKey },
    view: () => ({ update: show, destroy: () => { menu.hidden = true; } }),
  });
}

function option(choice, isActive, take) {
  const item = element("li", {
    id: `choice-${choice.name}`, role: "option", "aria-selected": String(isActive),
  }, choice.button.querySelector("svg").cloneNode(true), choice.label);
  item.addEventListener("mousedown", (event) => { event.preventDefault(); take(); });
  return item;
}

function place(menu, view, from, active) {
  const wasHidden = menu.hidden;
  menu.hidden = from === null;
  if (menu.hidden) {
    view.dom.removeAttribute("aria-activedescendant");
    return;
  }
  if (wasHidden) announce(word("choices", { count: menu.childElementCount }));
  const caret = view.coordsAtPos(from);
  const frame = menu.offsetParent.getBoundingClientRect();
  const above = caret.top - byId("writing-bar").getBoundingClientRect().bottom;
  const below = innerHeight - caret.bottom;
  const isBelow = below > LOWEST || below > above;
  menu.style.maxHeight = `${Math.max(isBelow ? below : above, 0) - 2 * BESIDE}px`;
  menu.style.top = isBelow ? `${caret.bottom - frame.top + BESIDE}px` : "auto";
  menu.style.bottom = isBelow ? "auto" : `${frame.bottom - caret.top + BESIDE}px`;
  menu.style.left = `${Math.max(0, Math.min(caret.left - frame.left, frame.width - menu.offsetWidth))}px`;
  view.dom.setAttribute("aria-activedescendant", menu.children[active].id);
  menu.children[active].scrollIntoView({ block: "nearest" });
}
