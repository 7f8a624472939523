// Asks for the answers of links, which a worker collects after a save, as long as some are missing.
import { readFindings } from "./sending.js";

const BETWEEN = 25_000;
const MOST = 8;

export function watch(show) {
  let timer = 0;
  const wait = ({ waiting }, left = MOST) => {
    clearTimeout(timer);
    if (waiting && left) timer = setTimeout(() => ask(left - 1), BETWEEN);
  };
  const ask = async (left) => {
    const found = await readFindings();
    if (found.doubts) show(found);
    wait({ waiting: true, ...found }, left);
  };
  return wait;
}
