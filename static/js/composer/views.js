// How pictures, events and share links look in the text. Their details are in dialogs.
import { localTime } from "../local_times.js";
import { element, word } from "./page.js";
import { addressOf } from "./pictures.js";

const described = ({ alt, decorative }) => alt || (decorative ? "" : word("not_described"));

function pictureOf({ attrs }) {
  if (!attrs.image) return element("p", { class: "soft" }, word("no_picture"));
  const picture = element("img", { alt: described(attrs) });
  addressOf(attrs.image).then((address) => { if (address) picture.src = address; });
  return picture;
}

function eventLines({ attrs }) {
  const time = [attrs.starts_at, attrs.ends_at].filter(Boolean).map((each) =>
    localTime(each, { dateStyle: "full", timeStyle: "short" }));
  return [
    element("p", {}, element("strong", {}, attrs.title || word("event_without_title"))),
    ...[time.join(" – "), attrs.place, attrs.href].filter(Boolean).map((each) => element("p", {}, each)),
  ];
}

const CONTENT = {
  image: (node) => [pictureOf(node), ...(node.attrs.caption ? [element("figcaption", {}, node.attrs.caption)] : [])],
  event: eventLines,
  share: ({ attrs }) => [element("p", {}, word("share_links")), ...(attrs.href ? [element("p", {}, attrs.href)] : [])],
};

const drawn = (name) => (node) => {
  const dom = element(name === "image" ? "figure" : "div", { class: `mail-${name}` });
  const draw = (each) => dom.replaceChildren(...CONTENT[name](each));
  draw(node);
  return { dom, update: (other) => other.type === node.type && (draw(other), true), ignoreMutation: () => true };
};

function pairView(node) {
  const picture = element("div", { class: "pair-picture", contenteditable: "false" });
  const contentDOM = element("div");
  const dom = element("section", { class: "mail-pair" }, picture, contentDOM);
  const draw = (each) => {
    picture.replaceChildren(pictureOf(each));
    dom.dataset.side = each.attrs.side;
  };
  draw(node);
  return {
    dom, contentDOM,
    update: (other) => other.type === node.type && (draw(other), true),
    ignoreMutation: (record) => picture.contains(record.target) || record.target === dom,
  };
}

export const nodeViews = { image: drawn("image"), event: drawn("event"), share: drawn("share"), pair: pairView };
