// Tables of Word, Excel, Google Docs and web pages. A small one becomes ours, of a wide one each row
// becomes lines ("Votes: 12"), and one that only places texts beside each other falls away.
import { word } from "../page.js";

const MOST_COLUMNS = 5; // a telephone has no room for more
const MOST_ROWS = 100;
const LONGEST_CELL = 300;
const PARTS = "table, ul, ol, h1, h2, h3, h4, h5, h6, blockquote, hr, figure, section, [class^=mail-]";

export function readTables(page) {
  // The inner ones first.
  for (const table of [...page.querySelectorAll("table:not(.mail-table)")].reverse()) {
    const grid = gridOf(table);
    const parts = isLayout(table, grid) ? partsOf(page, table) : isSmall(grid) ? [ours(page, grid)] : lines(page, grid);
    const title = table.caption?.textContent.trim() ? [block(page, "p", table.caption.textContent)] : [];
    table.replaceWith(...title, ...parts);
  }
}

const isSmall = (grid) => grid[0].length <= MOST_COLUMNS && grid.length <= MOST_ROWS;
const textOf = (cell) => cell?.textContent.replace(/\s+/g, " ").trim() ?? "";

function isLayout(table, grid) {
  if (!grid.length || grid[0].length < 2) return true;
  const cells = [...table.rows].flatMap((row) => [...row.cells]);
  return cells.some((cell) => cell.querySelector(PARTS) || textOf(cell).length > LONGEST_CELL);
}

// The cells in rows of the same length, without empty rows and columns.
function gridOf(table) {
  const grid = [...table.rows].map(() => []);
  [...table.rows].forEach((row, y) => {
    let x = 0;
    for (const cell of row.cells) {
      while (x in grid[y]) x += 1;
      for (const each of grid.slice(y, y + cell.rowSpan)) {
        for (let beside = 0; beside < Math.min(cell.colSpan, 50); beside += 1) each[x + beside] = null;
      }
      grid[y][x] = cell;
    }
  });
  const width = Math.max(0, ...grid.map((row) => row.length));
  const columns = Array.from({ length: width }, (_, x) => x).filter((x) => grid.some((row) => textOf(row[x])));
  return grid.filter((row) => row.some(textOf)).map((row) => columns.map((x) => row[x]));
}

function block(page, tag, ...content) {
  const made = page.createElement(tag);
  made.append(...content);
  return made;
}

// A cell of ours is one line.
function inlineOf(page, cell) {
  for (const each of cell.querySelectorAll("br")) each.replaceWith(" ");
  for (const each of [...cell.querySelectorAll("p, div")]) each.replaceWith(...each.childNodes, " ");
  return [...cell.childNodes];
}

function ours(page, grid) {
  const rows = grid.map((row) => block(page, "tr", ...row.map((cell) => block(page, "td", ...(cell ? inlineOf(page, cell) : [])))));
  const table = block(page, "table", block(page, "tbody", ...rows));
  table.className = "mail-table";
  return table;
}

function lines(page, [first, ...rows]) {
  const names = first.map(textOf);
  return (rows.length ? rows : [first]).map((row) => {
    const values = row.map((cell, x) => [rows.length ? names[x] : "", textOf(cell)]).filter(([, value]) => value);
    const shown = values.map(([name, value]) => (name ? word("labelled", { name, value }) : value));
    return block(page, "p", ...shown.flatMap((each, index) => (index ? [page.createElement("br"), each] : [each])));
  });
}

const partsOf = (page, table) => [...table.rows].flatMap((row) => [...row.cells].map((cell) => block(page, "div", ...cell.childNodes)));
