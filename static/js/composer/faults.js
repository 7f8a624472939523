// What the server found at the last save: faults and doubts, at their blocks and in lists to jump from.
import { Decoration, DecorationSet, Plugin, PluginKey, TextSelection } from "../../vendor/prosemirror.js";
import { replacing } from "./foreign_fields.js";
import { byId, draft, element, word } from "./page.js";
import { listGaps, selectGap } from "./gaps.js";
import { goToField } from "./around_text/mail_head.js";

const key = new PluginKey("findings");
const KINDS = ["fault", "doubt"];
// What a template, or a new block, leaves to be filled in: a fault once somebody asks for a test or an approval.
const TO_FILL_IN = ["gap_left", "event_without_time", "event_without_title", "button_without_target"];
const isUnfinished = ({ kind }) => !isAsked && TO_FILL_IN.includes(kind);
let isAsked = false;

export const faults = () => new Plugin({
  key,
  state: {
    init: () => draft,
    apply: (change, former) => change.getMeta(key) ?? former,
  },
  props: { decorations: (state) => mark(state.doc, key.getState(state)) },
});

function mark(doc, found) {
  const made = [];
  const shown = [
    ["fault", "faulty", found.faults.filter((each) => !isUnfinished(each))],
    ["unfinished", "unfinished-block", found.faults.filter(isUnfinished)],
    ["doubt", null, found.doubts],
  ];
  doc.forEach((block, at) => shown.forEach(([style, frame, findings]) => {
    const here = findings.filter(({ block_id, kind }) => block_id && block_id === block.attrs.id && (block.isAtom || kind !== "gap_left"));
    if (!here.length) return;
    const end = at + block.nodeSize;
    const sentences = here.filter((each) => isAsked || each.kind !== "gap_left").map(({ words }) => words).join(" ");
    if (frame) made.push(Decoration.node(at, end, { class: frame }));
    if (!sentences) return;
    made.push(Decoration.widget(end, () => element("p", { class: style }, sentences), { key: `${block.attrs.id} ${style} ${sentences}`, side: -1 }));
  }));
  for (const { from, to } of listGaps(doc)) made.push(Decoration.inline(from, to, { class: "gap" }));
  return DecorationSet.create(doc, made);
}

// A save tells faults alone; the rest follows, and is as it was until then.
export function showFindings(view, news) {
  const former = key.getState(view.state);
  const found = { doubts: former.doubts, ...news };
  const isSame = (kind) => JSON.stringify(former[`${kind}s`]) === JSON.stringify(found[`${kind}s`]);
  if (!KINDS.every(isSame)) view.dispatch(view.state.tr.setMeta(key, found));
  list(view, "fault", found.faults.filter((each) => !isUnfinished(each)));
  list(view, "gap", found.faults.filter(isUnfinished));
  list(view, "doubt", found.doubts);
  if ("weight" in news) byId("weight").textContent = news.weight ? word("weight", { size: Math.ceil(news.weight / 1024) }) : "";
  if (found.sender) byId("inbox-sender").textContent = found.sender;
}

// The test and the approval need a finished text.
export function takeGapsForFaults(view) {
  isAsked = true;
  const found = { ...key.getState(view.state) };
  view.dispatch(view.state.tr.setMeta(key, found));
  showFindings(view, found);
}

function list(view, kind, found) {
  byId(`${kind}-summary`).hidden = !found.length;
  byId(`${kind}-count`).textContent = word(`${kind}s`, { count: found.length });
  byId(`${kind}-list`).replaceChildren(...found.map((each) => {
    const button = element("button", { type: "button", class: "link-button" }, each.words);
    button.addEventListener("click", () => jump(view, each));
    return element("li", {}, button, ...replacing(view, each));
  }));
}

function jump(view, { block_id, field, kind, words }) {
  if (kind === "gap_left" && selectGap(view, listGaps(view.state.doc).find((each) => words.includes(each.words)))) return;
  if (!block_id) {
    if (!goToField(field)) view.focus();
    return;
  }
  view.state.doc.forEach((block, at) => {
    if (block.attrs.id !== block_id) return;
    view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(at + 1))).scrollIntoView());
  });
  view.focus();
}

// A refused step leads here.
export function showFaults() {
  byId("fault-summary").open = true;
  byId("fault-count").focus();
}
