// Pictures: uploaded by button, paste and drop, or chosen among those that the party has.
import { Decoration, DecorationSet, NodeSelection, Plugin } from "../../vendor/prosemirror.js";
import { announce, byId, draft, element, word } from "./page.js";
import { blockAround } from "./moving.js";
import { schema } from "./schema.js";

const MOST_PAGES = 20;
const addresses = new Map();
let library = null;

// The address of a picture; an empty text for one that is gone.
export async function addressOf(id) {
  if (!addresses.has(id)) await (library ??= readLibrary(MOST_PAGES));
  return addresses.get(id) ?? "";
}

async function readLibrary(pages) {
  const found = [];
  for (let page = 1; page <= pages; page += 1) {
    const answer = await fetch(`${draft.urls.pictures}?page=${page}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) break;
    const { pictures, has_next } = await answer.json();
    found.push(...pictures.map(remember));
    if (!has_next) break;
  }
  return found;
}

function remember(picture) {
  addresses.set(picture.id, picture.url);
  return picture;
}

export async function upload(file) {
  const form = new FormData();
  form.append("picture", file);
  const answer = await fetch(draft.urls.pictures, {
    method: "POST", body: form, headers: { "X-CSRFToken": draft.token, Accept: "application/json" }, redirect: "error",
  });
  const made = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(made.words ?? made.error ?? word("try_again"));
  return remember(made);
}

// Resolves with a picture, or null if the dialog was closed.
export function choosePicture() {
  const dialog = byId("pictures-dialog");
  const field = byId("picture-file");
  const trouble = byId("picture-trouble");
  trouble.textContent = "";
  return new Promise((resolve) => {
    const take = (picture) => { dialog.close(); resolve(picture); };
    field.onchange = async () => {
      trouble.textContent = word("uploading");
      try {
        take(await upload(field.files[0]));
      } catch (error) {
        trouble.textContent = word("upload_failed", { why: error.message });
      }
      field.value = "";
    };
    dialog.onclose = () => resolve(null);
    showLibrary(take);
    dialog.showModal();
  });
}

async function showLibrary(take) {
  const list = byId("picture-library");
  list.replaceChildren();
  list.replaceChildren(...(await readLibrary(1)).map((each) => {
    const button = element("button", { type: "button" }, element("img", { src: each.url, alt: each.alt || word("not_described") }));
    button.addEventListener("click", () => take(each));
    return element("li", {}, button);
  }));
}

// A picture that is on its way has a placeholder; typing and undo go on meanwhile.
export const uploads = (onPicture) => {
  const plugin = new Plugin({
    state: {
      init: () => DecorationSet.empty,
      apply(change, set) {
        const { add, remove } = change.getMeta(plugin) ?? {};
        const moved = set.map(change.mapping, change.doc);
        if (add) return moved.add(change.doc, [add]);
        return remove ? moved.remove(moved.find(null, null, (spec) => spec.key === remove)) : moved;
      },
    },
    props: {
      decorations: (state) => plugin.getState(state),
      handlePaste: (view, event) => take(view, event.clipboardData.files),
      handleDrop: (view, event) => take(view, event.dataTransfer.files),
    },
  });
  const take = (view, files) => {
    const pictures = [...files].filter(({ type }) => type.startsWith("image/"));
    for (const each of pictures) place(view, each);
    return pictures.length > 0;
  };
  const place = async (view, file) => {
    const key = crypto.randomUUID();
    const { position, block } = blockAround(view.state);
    const words = element("p", { class: "uploading" }, word("uploading"));
    view.dispatch(view.state.tr.setMeta(plugin, { add: Decoration.widget(position + (block?.nodeSize ?? 0), words, { key }) }));
    try {
      const { id, alt } = await upload(file);
      const [spot] = plugin.getState(view.state).find(null, null, (spec) => spec.key === key);
      const change = view.state.tr.setMeta(plugin, { remove: key });
      const at = spot?.from ?? change.doc.content.size;
      change.insert(at, schema.nodes.image.create({ image: id, alt: alt ?? "" }));
      view.dispatch(change.setSelection(NodeSelection.create(change.doc, at)));
      onPicture(view);
    } catch (error) {
      view.dispatch(view.state.tr.setMeta(plugin, { remove: key }));
      announce(word("upload_failed", { why: error.message }));
    }
  };
  return plugin;
};
