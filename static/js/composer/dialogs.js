// Asks in a dialog of the page. The answer is its values, or null if it was closed.
import { byId } from "./page.js";

for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}

export function ask(id, values = {}) {
  const dialog = byId(id);
  const form = dialog.querySelector("form");
  const controls = [...form.elements].filter((each) => each.name);
  for (const each of controls) {
    if (each.type === "checkbox") each.checked = Boolean(values[each.name]);
    else each.value = values[each.name] ?? "";
  }
  return new Promise((resolve) => {
    // Closed at once, so that the next key goes to the text.
    form.onsubmit = (event) => {
      event.preventDefault();
      dialog.close();
      resolve({ ...read(controls), pressed: event.submitter?.value ?? "" });
    };
    dialog.onclose = () => resolve(null);
    dialog.showModal();
  });
}

const read = (controls) =>
  Object.fromEntries(controls.map((each) => [each.name, each.type === "checkbox" ? each.checked : each.value.trim()]));
