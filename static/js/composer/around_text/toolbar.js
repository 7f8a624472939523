// The toolbar: one tab stop, arrows inside, Escape back to the text. Tools that are used less unfold.
import { byId } from "../page.js";

export function toolbar(view, commands, actions) {
  const bar = byId("toolbar");
  const more = moreTools();
  const tools = [...bar.querySelectorAll("button")];
  const known = [...tools, ...more.tools].filter(({ dataset }) => dataset.command || dataset.action);
  const goTo = (next) => {
    for (const each of tools) each.tabIndex = each === next ? 0 : -1;
    next.focus();
  };
  for (const button of known) {
    const { command, action } = button.dataset;
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      more.close();
      if (action) actions[action].run();
      else if (commands[command].run(view.state, view.dispatch, view) || more.tools.includes(button)) view.focus();
    });
  }
  bar.addEventListener("keydown", (event) => {
    const shown = tools.filter((each) => each.offsetParent);
    const at = shown.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: shown.length - 1 }[event.key];
    if (event.key === "Escape") view.focus();
    if (to === undefined) return;
    event.preventDefault();
    goTo(shown[(to + shown.length) % shown.length]);
  });
  return {
    focus: () => (tools.find((each) => each.tabIndex === 0 && each.offsetParent) ?? tools[0]).focus(),
    update: () => known.forEach((button) => show(button, { ...commands, ...actions }, view.state)),
  };
}

function moreTools() {
  const list = byId("more-tools");
  const opener = byId("more-tools-button");
  const tools = [...list.querySelectorAll("button")];
  const show = (isOpen) => {
    list.hidden = !isOpen;
    opener.setAttribute("aria-expanded", String(isOpen));
  };
  opener.addEventListener("click", () => {
    show(list.hidden);
    if (!list.hidden) tools.find((each) => each.offsetParent).focus();
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") {
      show(false);
      opener.focus();
    }
    if (!step) return;
    event.preventDefault();
    const shown = tools.filter((each) => each.offsetParent);
    shown[(shown.indexOf(document.activeElement) + step + shown.length) % shown.length].focus();
  });
  document.addEventListener("pointerdown", ({ target }) => { if (!list.contains(target) && !opener.contains(target)) show(false); });
  list.addEventListener("focusout", ({ relatedTarget }) => { if (relatedTarget && !list.contains(relatedTarget)) show(false); });
  return { tools, close: () => show(false) };
}

function show(button, known, state) {
  const { isActive, isPossible } = known[button.dataset.command ?? button.dataset.action];
  if (isActive) button.setAttribute("aria-pressed", String(isActive(state)));
  if (isPossible) button.setAttribute("aria-disabled", String(!isPossible(state)));
}
