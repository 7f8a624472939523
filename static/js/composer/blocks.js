// What a message is made of, from top to bottom. The server holds the same table: supporters/campaigns/document/blocks.py.
const LISTS = "bullet_list | ordered_list";
const id = { id: { default: null } };
const texts = (...names) => Object.fromEntries(names.map((name) => [name, { default: "" }]));

// Blocks without text travel in the clipboard with their attributes as data.
function carried(tag, type, attrs) {
  const others = Object.keys(attrs).filter((name) => name !== "id");
  const fits = (name, value) => typeof value === typeof attrs[name].default;
  const getAttrs = (dom) => {
    const given = readCarried(dom.dataset.attrs);
    return Object.fromEntries(others.filter((name) => fits(name, given[name])).map((name) => [name, given[name]]));
  };
  const written = (node) => ({
    class: `mail-${type}`,
    "data-attrs": JSON.stringify(Object.fromEntries(others.map((name) => [name, node.attrs[name]]))),
  });
  return { attrs: { ...id, ...attrs }, parseDOM: [{ tag: `${tag}.mail-${type}[data-attrs]`, getAttrs }], written };
}

// Another site may have put anything into the clipboard.
function readCarried(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

const picture = { ...texts("image", "alt"), decorative: { default: false } };
const image = carried("figure", "image", { ...picture, ...texts("href", "caption") });
const pair = carried("section", "pair", { ...picture, side: { default: "left" } });
const event = carried("div", "event", texts("title", "starts_at", "ends_at", "place", "href"));
const share = carried("div", "share", texts("href"));

const atom = (tag, { attrs, parseDOM, written }) => ({
  group: "block", atom: true, attrs, parseDOM, toDOM: (node) => [tag, written(node)],
});

export const blockNodes = {
  paragraph: { group: "block", content: "inline*", attrs: id, parseDOM: [{ tag: "p" }], toDOM: () => ["p", 0] },
  heading: {
    group: "block", content: "inline*", marks: "em", defining: true, attrs: { ...id, level: { default: 2 } },
    parseDOM: [
      { tag: "h1", attrs: { level: 2 } }, { tag: "h2", attrs: { level: 2 } },
      ...["h3", "h4", "h5", "h6"].map((tag) => ({ tag, attrs: { level: 3 } })),
    ],
    toDOM: ({ attrs }) => [`h${attrs.level}`, 0],
  },
  bullet_list: { group: "block", content: "list_item+", attrs: id, parseDOM: [{ tag: "ul" }], toDOM: () => ["ul", 0] },
  ordered_list: { group: "block", content: "list_item+", attrs: id, parseDOM: [{ tag: "ol" }], toDOM: () => ["ol", 0] },
  list_item: {
    content: `paragraph (${LISTS})?`, defining: true, parseDOM: [{ tag: "li" }], toDOM: () => ["li", 0],
  },
  quote: {
    group: "block", content: "paragraph+", defining: true, attrs: id,
    parseDOM: [{ tag: "blockquote" }], toDOM: () => ["blockquote", 0],
  },
  callout: {
    group: "block", content: `(paragraph | ${LISTS} | button)+`, defining: true, attrs: id,
    parseDOM: [{ tag: "div.mail-callout" }], toDOM: () => ["div", { class: "mail-callout" }, 0],
  },
  button: {
    group: "block", content: "text*", marks: "", defining: true, isolating: true, attrs: { ...id, ...texts("href") },
    parseDOM: [{ tag: "div.mail-button", getAttrs: (dom) => ({ href: dom.dataset.href ?? "" }) }],
    toDOM: ({ attrs }) => ["div", { class: "mail-button", "data-href": attrs.href }, 0],
  },
  image: atom("figure", image),
  divider: { group: "block", atom: true, attrs: id, parseDOM: [{ tag: "hr" }], toDOM: () => ["hr"] },
  pair: {
    group: "block", content: `(heading | paragraph | ${LISTS} | button)+`, isolating: true, defining: true,
    attrs: pair.attrs, parseDOM: pair.parseDOM, toDOM: (node) => ["section", pair.written(node), 0],
  },
  event: atom("div", event),
  share: atom("div", share),
  table: {
    group: "block", content: "table_row+", isolating: true, attrs: id,
    parseDOM: [{ tag: "table.mail-table" }], toDOM: () => ["table", { class: "mail-table" }, ["tbody", 0]],
  },
  table_row: { content: "table_cell+", parseDOM: [{ tag: ".mail-table tr" }], toDOM: () => ["tr", 0] },
  table_cell: {
    content: "(text | field)*", isolating: true, parseDOM: [{ tag: ".mail-table td" }], toDOM: () => ["td", 0],
  },
};
