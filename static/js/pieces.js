// The pieces of the team: saves blocks of the text as one, and inserts one. Loaded when one is wanted.
// The modules of the composer are one script, so it gives what is used here.
export function usePiece(name, composer) {
  return name === "piece" ? savePiece(composer) : insertPiece(name, composer);
}

async function insertPiece(name, { view, choices, announce, word, closeHistory }) {
  const answer = await fetch(name.slice("piece:".length), { headers: { Accept: "application/json" } });
  view.focus();
  if (!answer.ok) return announce(word("try_again"));
  const { document: piece } = await answer.json();
  const nodes = piece.content.map((each) => view.state.schema.nodeFromJSON(each));
  const change = closeHistory(view.state.tr);
  const { $from, to } = change.selection;
  const around = $from.depth ? $from.node(1) : null;
  const isEmpty = around?.type.name === "paragraph" && !around.content.size;
  const at = around ? $from.after(1) : to;
  change.replaceWith(isEmpty ? $from.before(1) : at, at, nodes);
  view.dispatch(change.scrollIntoView());
  return announce(word("inserted", { what: choices.find((each) => each.name === name).label }));
}

// The blocks of the selection, or the one with the caret.
async function savePiece({ view, ask, announce, word, draft, writeDocument, addChoice, postForm }) {
  const { doc, schema, selection } = view.state;
  const { $from, $to } = selection;
  const last = $to.depth ? $to.index(0) : Math.max($from.index(0), $to.index(0) - 1);
  const blocks = doc.content.content.slice($from.index(0), last + 1);
  const fields = { document: JSON.stringify(writeDocument(schema.nodes.doc.create(null, blocks))), language: view.dom.lang };
  const trouble = document.getElementById("piece-trouble");
  trouble.textContent = "";
  for (let name = ""; ;) {
    const typed = await ask("piece-dialog", { name });
    if (!typed) break;
    name = typed.name;
    const answer = await postForm(draft.urls.save_piece, new URLSearchParams({ ...fields, name })).catch(() => null);
    const body = (await answer?.json().catch(() => null)) ?? {};
    if (answer?.status === 201) {
      addChoice(`piece:${body.url}`, body.name);
      announce(word("piece_saved", { name }));
      break;
    }
    trouble.textContent = body.words ?? word("try_again");
  }
  view.focus();
}
