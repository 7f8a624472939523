// Asks for what the server finds in a saved draft, and for the answers of links, which a worker collects.
import { readFindings } from "./sending.js";

const BETWEEN = 25_000;
const MOST = 8;

export function watch(show) {
  let timer = 0;
  let turn = 0;
  return async function ask(left = MOST) {
    clearTimeout(timer);
    const mine = ++turn;
    const found = { waiting: true, ...(await readFindings()) }; // without an answer it asks again
    if (mine !== turn) return;
    if (found.doubts) show(found);
    if (found.waiting && left) timer = setTimeout(() => ask(left - 1), BETWEEN);
  };
}
