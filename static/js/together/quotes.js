// Finds quoted words in a block. Like the server, it ignores white space.
export function blockOf(doc, id) {
  let found = null;
  doc.forEach((node, at) => {
    if (node.attrs.id === id) found = { node, at };
  });
  return found;
}

// The range of the quoted words; null if the block doesn't have them.
export function rangeOf({ node, at }, quote) {
  const letters = [];
  node.descendants((inner, place) => {
    if (!inner.isText) return;
    [...inner.text].reduce((offset, letter) => {
      if (letter.trim()) letters.push({ letter, from: at + 1 + place + offset, size: letter.length });
      return offset + letter.length;
    }, 0);
  });
  const wanted = [...quote.replace(/\s+/g, "")];
  if (!wanted.length) return null;
  const first = letters.findIndex((_each, start) => wanted.every((letter, n) => letters[start + n]?.letter === letter));
  if (first < 0) return null;
  const last = letters[first + wanted.length - 1];
  return { from: letters[first].from, to: last.from + last.size };
}

const space = () => " "; // in place of a merge field

// The block at the caret, and the selected words in it, or its beginning.
export function quoteAt({ doc, selection: { $from, from, to } }, longest) {
  const at = $from.depth ? $from.before(1) : $from.pos;
  const block = doc.nodeAt(at);
  if (!block) return null;
  const end = Math.min(to, at + block.nodeSize - 1);
  const words = from < end ? doc.textBetween(from, end, " ", space) : block.textBetween(0, block.content.size, " ", space);
  return { id: block.attrs.id, quote: [...words.replace(/\s+/g, " ").trim()].slice(0, longest).join("").trim() };
}
