// The schema of ProseMirror, and the document as the server keeps it.
import { Node, Schema } from "../../vendor/prosemirror.js";
import { blockNodes } from "./blocks.js";
import { inlineNodes, marks } from "./inline.js";

export const schema = new Schema({ nodes: { doc: { content: "block+" }, ...blockNodes, ...inlineNodes }, marks });
export const emptyBlock = () => schema.nodes.paragraph.create();

export function readDocument(stored) {
  const doc = Node.fromJSON(schema, stored.content?.length ? stored : { type: "doc", content: [{ type: "paragraph" }] });
  doc.check();
  return doc;
}

// Only blocks at the top have an id.
export function writeDocument(doc) {
  const { content } = doc.toJSON();
  for (const block of content) block.content?.forEach(withoutId);
  return { version: 1, type: "doc", content };
}

function withoutId(node) {
  if (node.attrs) {
    delete node.attrs.id;
    if (!Object.keys(node.attrs).length) delete node.attrs;
  }
  node.content?.forEach(withoutId);
}
