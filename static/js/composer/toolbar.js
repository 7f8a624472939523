// The toolbar: one tab stop, arrows inside, Escape back to the text.
import { byId } from "./page.js";

export function toolbar(view, commands, actions) {
  const bar = byId("toolbar");
  const buttons = [...bar.querySelectorAll("button")];
  const goTo = (next) => {
    for (const each of buttons) each.tabIndex = each === next ? 0 : -1;
    next.focus();
  };
  for (const button of buttons) {
    const { command, action } = button.dataset;
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      if (action) actions[action].run();
      else if (commands[command].run(view.state, view.dispatch, view)) view.focus();
    });
  }
  bar.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (event.key === "Escape") view.focus();
    if (to === undefined) return;
    event.preventDefault();
    goTo(buttons[(to + buttons.length) % buttons.length]);
  });
  return {
    focus: () => buttons.find((each) => each.tabIndex === 0).focus(),
    update: () => buttons.forEach((button) => show(button, { ...commands, ...actions }, view.state)),
  };
}

function show(button, known, state) {
  const { isActive, isPossible } = known[button.dataset.command ?? button.dataset.action];
  if (isActive) button.setAttribute("aria-pressed", String(isActive(state)));
  if (isPossible) button.setAttribute("aria-disabled", String(!isPossible(state)));
}
