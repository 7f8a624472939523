// Two texts side by side: of two writers, or of the server and of this browser. One chooses; none is lost.
// The words that only one of them has are marked. Loaded when there are two; the composer renders them.
const MOST_PAIRS = 4_000_000; // of words to compare; of longer texts all between the ends is marked

// Resolves with "mine", "theirs" or "both".
export function chooseText({ sentence, mine, theirs, names, isTheirsGone = false }, render) {
  const panel = document.getElementById("two-texts");
  document.getElementById("two-texts-words").textContent = sentence;
  const own = show("my-text", names.mine, mine, render);
  if (!isTheirsGone) markDifferences(own, show("their-text", names.theirs, theirs, render));
  for (const each of panel.querySelectorAll("[data-theirs]")) each.hidden = isTheirsGone;
  panel.hidden = false;
  panel.focus();
  return new Promise((resolve) => {
    for (const button of panel.querySelectorAll("[data-choose]")) {
      button.onclick = () => { panel.hidden = true; resolve(button.dataset.choose); };
    }
  });
}

function show(id, name, content, render) {
  const title = document.createElement("h3");
  title.textContent = name;
  const text = document.createElement("div");
  for (const line of [content.subject, content.preheader].filter(Boolean)) {
    text.append(Object.assign(document.createElement("p"), { textContent: line }));
  }
  text.append(render(content));
  document.getElementById(id).replaceChildren(title, text);
  return text;
}

function markDifferences(mine, theirs) {
  const [own, other] = [listWords(mine), listWords(theirs)];
  const [onlyOwn, onlyOther] = leaveOutCommon(own, other);
  for (const each of [...onlyOwn, ...onlyOther].reverse()) mark(each);
}

function listWords(text) {
  const nodes = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  const words = [];
  while (nodes.nextNode()) {
    const node = nodes.currentNode;
    for (const found of node.data.matchAll(/\S+/g)) words.push({ node, at: found.index, word: found[0] });
  }
  return words;
}

// The words of each that are not in their longest common subsequence, in their order.
function leaveOutCommon(one, other) {
  const isSame = (here, there) => one.at(here)?.word === other.at(there)?.word;
  const shorter = Math.min(one.length, other.length);
  let first = 0;
  while (first < shorter && isSame(first, first)) first += 1;
  let last = 0;
  while (last < shorter - first && isSame(-1 - last, -1 - last)) last += 1;
  const [mine, theirs] = [one, other].map((each) => each.slice(first, each.length - last));
  if (mine.length * theirs.length > MOST_PAIRS) return [mine, theirs];
  const lengths = countCommon(mine, theirs);
  const only = [[], []];
  let [here, there] = [0, 0];
  while (here < mine.length || there < theirs.length) {
    if (mine[here]?.word === theirs[there]?.word) [here, there] = [here + 1, there + 1];
    else if (there === theirs.length || lengths[here + 1]?.[there] >= lengths[here][there + 1]) only[0].push(mine[here++]);
    else only[1].push(theirs[there++]);
  }
  return only;
}

// The length of the longest common subsequence from each pair of places on.
function countCommon(mine, theirs) {
  const lengths = Array.from({ length: mine.length + 1 }, () => new Uint16Array(theirs.length + 1));
  for (let here = mine.length - 1; here >= 0; here -= 1) {
    for (let there = theirs.length - 1; there >= 0; there -= 1) {
      lengths[here][there] = mine[here].word === theirs[there].word
        ? lengths[here + 1][there + 1] + 1
        : Math.max(lengths[here + 1][there], lengths[here][there + 1]);
    }
  }
  return lengths;
}

function mark({ node, at, word }) {
  const range = document.createRange();
  range.setStart(node, at);
  range.setEnd(node, at + word.length);
  range.surroundContents(document.createElement("mark"));
}
