// What stands beside the text on demand: the menu of what can be inserted, and the preview.
import { byId } from "../page.js";

const REMEMBERED = "preview-beside"; // this browser remembers that the preview is open
const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

// Returns what the button of the toolbar does: it opens the menu, or closes it.
export function insertPanel(view, choose) {
  const panel = byId("insert-panel");
  const opener = byId("toolbar").querySelector("[data-action=insert]");
  const show = (isOpen) => {
    panel.hidden = !isOpen;
    opener.setAttribute("aria-expanded", String(isOpen));
  };
  const close = () => {
    show(false);
    view.focus();
  };
  panel.addEventListener("mousedown", (event) => event.preventDefault()); // the text stays selected
  panel.addEventListener("click", (event) => {
    const name = event.target.closest("[data-choice]")?.dataset.choice;
    if (!name) return;
    close();
    choose(name);
  });
  byId("insert-close").addEventListener("click", close);
  panel.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (event.key === "Escape") close();
    if (!step) return;
    event.preventDefault();
    const buttons = [...panel.querySelectorAll("[data-choice]")];
    buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length].focus();
  });
  show(false);
  return () => {
    if (!panel.hidden) return close();
    show(true);
    return panel.querySelector("[data-choice]").focus({ preventScroll: true });
  };
}

export function previewToggle(load) {
  const button = byId("preview-toggle");
  const part = byId("preview-beside");
  const show = (isOpen) => {
    part.hidden = !isOpen;
    button.setAttribute("aria-pressed", String(isOpen));
    if (isOpen) load();
  };
  button.addEventListener("click", () => {
    show(part.hidden);
    remember(!part.hidden);
    if (!part.hidden && matchMedia("(max-width: 68.75rem)").matches) part.scrollIntoView();
  });
  show(isRemembered());
}

// A closed storage remembers nothing.
function isRemembered() {
  try {
    return localStorage.getItem(REMEMBERED) !== null;
  } catch {
    return false;
  }
}

function remember(isOpen) {
  try {
    if (isOpen) localStorage.setItem(REMEMBERED, "open");
    else localStorage.removeItem(REMEMBERED);
  } catch {
    // The page still shows it.
  }
}
