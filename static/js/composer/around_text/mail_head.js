// The lines above the text: to whom and in which language, folded, and the subject.
import { byId } from "../page.js";
import { gapsOfLine } from "../gaps.js";

export function mailHead(view, form) {
  const words = byId("mail-head-words");
  const show = () => {
    const fields = [...form.querySelectorAll("[data-head]")]; // the text in another language has none
    if (fields.length) words.textContent = fields.map(chosenIn).filter(Boolean).join(" · ");
  };
  form.addEventListener("change", (event) => { if (event.target.closest("[data-head]")) show(); });
  show();
  const subject = byId("subject");
  for (const line of [subject, byId("preheader")]) gapsOfLine(line, view);
  subject.addEventListener("beforeinput", (event) => {
    if (event.inputType !== "insertLineBreak") return;
    event.preventDefault();
    view.focus();
  });
}

// A selection, or the boxes of a group: its attribute has the words for none.
function chosenIn(field) {
  const chosen = field.selectedOptions ?? field.querySelectorAll("input:checked + label");
  return [...chosen].map((each) => each.textContent.trim()).join(", ") || field.dataset.head;
}

// Shows a field of the folded line, and goes there.
export function goToField(name) {
  const field = byId(name);
  field?.closest("details")?.setAttribute("open", "");
  field?.focus();
  return Boolean(field);
}
