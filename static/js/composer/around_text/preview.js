// The preview: reloaded after each save, in a sandboxed frame that the server's own policy closes.
import { byId, draft, element, word } from "../page.js";

const COMPUTER = 640;

export function preview() {
  const options = byId("preview-options");
  const controls = options.querySelectorAll("select, input");
  const holder = byId("preview-holder");
  const address = () => {
    const [view, name, dark, pictures] = controls;
    const asked = new URLSearchParams({ dark: dark.checked ? "yes" : "no" });
    if (name.checked) asked.set("name", "yes");
    if (pictures.checked) asked.set("pictures", "off");
    if (view.value === "text") asked.set("as", "text");
    return `${draft.urls.preview}${draft.urls.preview.includes("?") ? "&" : "?"}${asked}`;
  };
  // The new frame takes the place of the former one when it is ready, so that nothing blinks.
  const load = () => {
    if (!draft.urls.preview || !holder.offsetParent) return;
    const frame = element("iframe", { class: "preview-frame", sandbox: "allow-same-origin", title: word("preview"), src: address() });
    frame.addEventListener("load", () => {
      for (const each of [...holder.children]) if (each !== frame) each.remove();
      frame.classList.add("is-ready");
      fit(holder, frame);
    });
    holder.dataset.view = controls[0].value;
    holder.append(frame);
  };
  addEventListener("resize", () => { for (const each of holder.querySelectorAll(".is-ready")) fit(holder, each); });
  options.addEventListener("change", load);
  return load;
}

// As high as the mail. A computer's window is wider than the place beside the text: it is shown smaller.
function fit(holder, frame) {
  const scale = holder.dataset.view === "computer" ? Math.min(1, holder.clientWidth / COMPUTER) : 1;
  frame.style.zoom = scale;
  frame.style.inlineSize = scale < 1 ? `${COMPUTER}px` : "";
  frame.style.blockSize = "0";
  frame.style.blockSize = `${frame.contentDocument.documentElement.scrollHeight}px`;
}

// The line as a mail program shows it among others.
export function showInboxLine() {
  for (const name of ["subject", "preheader"]) byId(`inbox-${name}`).textContent = byId(name).value;
}
