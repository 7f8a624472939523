// Cleans what comes from Word, Google Docs, mail programs and web pages. Under our content security
// policy a style attribute has no effect when it is parsed, so what it means becomes a tag before the
// editor sees it. Styles and handlers are renamed before they are parsed, or the browser reports each.
import { Fragment, Slice } from "../../../vendor/prosemirror.js";
import { findAddresses } from "./addresses.js";
import { notify } from "../notices.js";
import { word } from "../page.js";
import { readTables } from "./pasted_tables.js";
import { listsOfWord } from "./word_lists.js";
import { schema } from "../schema.js";

const TAG = /<[a-z][^\s>/]*(?:[^>"']|"[^"]*"|'[^']*')*>/gi;
const CONDITIONAL = /<!--\[if[\s\S]*?<!\[endif\]-->|<!--[\s\S]*?-->|<!\[[^\]]*\]>|<base\b[^>]*>|<style[\s\S]*?<\/style>/gi;
const DROPPED = [
  "style", "script", "meta", "link", "title", "xml", "o\\:p", "svg", "template", "noscript", "iframe", "object",
  ".Apple-interchange-newline",
  "[data-pasted*='mso-list:Ignore' i]", "[data-pasted*='mso-list: Ignore' i]",
  "[data-pasted*='display:none' i]", "[data-pasted*='display: none' i]",
].join(", ");
// What other programs write for the first name, the list and the party.
const FIELDS = [
  [/\*\|FNAME\|\*|\{\{\s*contact\.(?:FIRSTNAME|PRENOM)\s*\}\}/, "given_name"],
  [/\*\|LIST:NAME\|\*/, "list_name"],
  [/\*\|LIST:COMPANY\|\*/, "party_name"],
  [/\{\{\s*(given_name|list_name|party_name)\s*(?:\|([^{}]{0,80}))?\}\}/, null],
];
const ANY_FIELD = new RegExp(FIELDS.map(([shape]) => shape.source.replace(/\((?!\?)/g, "(?:")).join("|"), "g");

const withoutStylesAndHandlers = (tag) => tag
  .replace(/([\s"'/])style(\s*=)/gi, "$1data-pasted$2")
  .replace(/([\s"'/])on[a-z]+(\s*=)/gi, "$1data-dropped$2");

export function cleanPasted(html) {
  const renamed = html.replace(CONDITIONAL, "").replace(TAG, withoutStylesAndHandlers);
  const page = new DOMParser().parseFromString(renamed, "text/html");
  listsOfWord(page);
  for (const each of page.querySelectorAll(DROPPED)) each.remove();
  for (const each of [...page.querySelectorAll("[data-pasted]")]) keepMeaning(each, page);
  for (const each of [...page.querySelectorAll("li > p:only-child")]) each.replaceWith(...each.childNodes);
  for (const each of page.querySelectorAll("div, p")) if (isBlankLine(each)) each.remove();
  readTables(page);
  const pictures = [...page.querySelectorAll("img")].filter((each) => !each.closest("[data-attrs]"));
  for (const each of pictures) each.remove();
  if (pictures.length) notify(word("pictures_left_out", { count: pictures.length }));
  return page.body.innerHTML;
}

// Gmail has a <div><br></div> for each empty line.
const isBlankLine = (block) => !block.textContent.trim() && block.children.length === 1 && block.firstElementChild.tagName === "BR";

function keepMeaning(element, page) {
  const style = element.getAttribute("data-pasted").toLowerCase();
  element.removeAttribute("data-pasted");
  // The look-behind leaves out "mso-bidi-font-weight", which says nothing about this text.
  const weight = /(?<![-\w])font-weight:\s*([a-z0-9]+)/.exec(style)?.[1];
  if (/^(b|strong)$/i.test(element.tagName) && (weight === "normal" || Number(weight) < 600)) {
    element.replaceWith(...element.childNodes);
    return;
  }
  if (/^h[1-6]$/i.test(element.tagName)) return;
  if (weight && (/^bold/.test(weight) || Number(weight) >= 600)) wrap(element, page, "strong");
  if (/(?<![-\w])font-style:\s*(italic|oblique)/.test(style)) wrap(element, page, "em");
}

function wrap(element, page, tag) {
  if (element.closest(tag) || element.tagName === "BR") return;
  const around = page.createElement(tag);
  around.append(...element.childNodes);
  element.append(around);
}

// Turns the fields of other programs, and those of our Markdown, into ours.
export function readFields(slice) {
  return new Slice(inFragment(slice.content, schema.nodes.paragraph), slice.openStart, slice.openEnd);
}

function inFragment(fragment, parent) {
  const found = [];
  fragment.forEach((node) => {
    if (!node.isText) found.push(node.copy(inFragment(node.content, node.type)));
    else found.push(...(parent === schema.nodes.button ? [node] : splitAtFields(node).flatMap((each) => linked(each, parent))));
  });
  return Fragment.from(found);
}

// Addresses that are only text.
function linked(node, parent) {
  const { link } = schema.marks;
  if (!node.isText || link.isInSet(node.marks) || !parent.allowsMarkType(link)) return [node];
  const pieces = [];
  let done = 0;
  for (const { start, end, href } of findAddresses(node.text)) {
    const piece = node.cut(start, end);
    pieces.push(...(start > done ? [node.cut(done, start)] : []), piece.mark(link.create({ href }).addToSet(piece.marks)));
    done = end;
  }
  return done < node.text.length ? [...pieces, node.cut(done)] : pieces;
}

function splitAtFields(node) {
  const pieces = [];
  let end = 0;
  for (const match of node.text.matchAll(ANY_FIELD)) {
    if (match.index > end) pieces.push(node.cut(end, match.index));
    pieces.push(schema.nodes.field.create(fieldOf(match[0]), null, node.marks));
    end = match.index + match[0].length;
  }
  return end ? (end < node.text.length ? [...pieces, node.cut(end)] : pieces) : [node];
}

function fieldOf(text) {
  const [shape, name] = FIELDS.find(([each]) => each.test(text));
  const found = shape.exec(text);
  return name ? { name } : { name: found[1], fallback: (found[2] ?? "").trim() };
}
