// What stands in a line: text with its marks, fields, line breaks.
import { word } from "./page.js";

const SAFE = /^(https?:|mailto:|tel:)/i;
const FIELDS = ["given_name", "list_name", "party_name"];

export const labelOfField = ({ name, fallback }) =>
  fallback ? word("field_or", { field: word(name), fallback }) : word(name);

export const inlineNodes = {
  text: { group: "inline" },
  field: {
    group: "inline", inline: true, atom: true,
    attrs: { name: {}, fallback: { default: "" } },
    parseDOM: [{
      tag: "span[data-field]",
      getAttrs: ({ dataset: { field, fallback } }) =>
        FIELDS.includes(field) && { name: field, fallback: (fallback ?? "").slice(0, 80) },
    }],
    toDOM: ({ attrs }) => [
      "span", { class: "mail-field", "data-field": attrs.name, "data-fallback": attrs.fallback }, labelOfField(attrs),
    ],
    leafText: ({ attrs }) => (attrs.fallback ? `{{ ${attrs.name} | ${attrs.fallback} }}` : `{{ ${attrs.name} }}`),
  },
  hard_break: {
    group: "inline", inline: true, selectable: false,
    parseDOM: [{ tag: "br" }], toDOM: () => ["br"], leafText: () => "\n",
  },
};

export const marks = {
  link: {
    attrs: { href: {} }, inclusive: false,
    parseDOM: [{
      tag: "a[href]",
      getAttrs: (dom) => SAFE.test(dom.getAttribute("href")) && { href: dom.getAttribute("href") },
    }],
    toDOM: ({ attrs }) => ["a", { href: attrs.href, rel: "noopener noreferrer" }, 0],
  },
  em: { parseDOM: [{ tag: "em" }, { tag: "i" }], toDOM: () => ["em", 0] },
  strong: { parseDOM: [{ tag: "strong" }, { tag: "b" }], toDOM: () => ["strong", 0] },
  strike: { parseDOM: [{ tag: "s" }, { tag: "del" }, { tag: "strike" }], toDOM: () => ["s", 0] },
};
