// Pasted plain text: lines with dashes or numbers become lists, lines with tabs a table.
const LISTS = [["ul", /^\s*[-*•–]\s+(?=\S)/], ["ol", /^\s*\d{1,3}[.)]\s+(?=\S)/]];
const FIRST = /^\s*1[.)]/;
const tabs = (line) => line.split("\t").length - 1;

// Returns HTML, or nothing for a text without such lines.
export function readLines(text) {
  const lines = text.split(/\r\n?|\n/).filter((line) => line.trim());
  const parts = [];
  let isPlain = true;
  while (lines.length) {
    const part = listOf(lines) ?? tableOf(lines);
    if (part) isPlain = false;
    parts.push(part ?? element("p", lines.shift()));
  }
  return isPlain ? "" : parts.map((each) => each.outerHTML).join("");
}

function listOf(lines) {
  const [tag, sign] = LISTS.find(([, each]) => each.test(lines[0])) ?? [];
  if (!tag || (tag === "ol" && !FIRST.test(lines[0]))) return null;
  const taken = takeWhile(lines, (line) => sign.test(line));
  return taken && element(tag, ...taken.map((line) => element("li", line.replace(sign, ""))));
}

function tableOf(lines) {
  const columns = tabs(lines[0]);
  const taken = columns ? takeWhile(lines, (line) => tabs(line) === columns) : null;
  return taken && element("table", ...taken.map((line) => element("tr", ...line.split("\t").map((cell) => element("td", cell)))));
}

// One such line alone is a line like others.
function takeWhile(lines, fits) {
  const end = lines.findIndex((line) => !fits(line));
  const count = end === -1 ? lines.length : end;
  return count > 1 ? lines.splice(0, count) : null;
}

function element(tag, ...content) {
  const made = document.createElement(tag);
  made.append(...content);
  return made;
}
