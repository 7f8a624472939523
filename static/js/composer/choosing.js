// Two texts side by side: of two writers, or of the server and of this browser. One chooses; none is lost.
import { DOMSerializer } from "../../vendor/prosemirror.js";
import { byId, element } from "./page.js";
import { readDocument, schema } from "./schema.js";

// Resolves with "mine", "theirs" or "both".
export function chooseText({ sentence, mine, theirs, names, isTheirsGone = false }) {
  const panel = byId("two-texts");
  byId("two-texts-words").textContent = sentence;
  show("my-text", names.mine, mine);
  if (!isTheirsGone) show("their-text", names.theirs, theirs);
  for (const each of panel.querySelectorAll("[data-theirs]")) each.hidden = isTheirsGone;
  panel.hidden = false;
  panel.focus();
  return new Promise((resolve) => {
    for (const button of panel.querySelectorAll("[data-choose]")) {
      button.onclick = () => { panel.hidden = true; resolve(button.dataset.choose); };
    }
  });
}

function show(id, name, content) {
  const doc = readDocument(content.document);
  byId(id).replaceChildren(
    element("h3", {}, name), element("p", {}, element("strong", {}, content.subject)),
    ...(content.preheader ? [element("p", {}, content.preheader)] : []),
    DOMSerializer.fromSchema(schema).serializeFragment(doc.content),
  );
}
