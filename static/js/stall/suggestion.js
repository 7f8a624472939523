// Suggests an address as supporters/people/address_suggestions.py does. A test compares both.
import { parseAddress, withoutAccents, withoutSurroundings } from "./address.js";

const SHORT_DOMAIN = 8;
const SHORTEST_NAME = 4;
const SPOKEN_AT =
  /\s*(?:[[({]\s*(?:at|a|arobase?|@)\s*[\])}]|\s(?:at|arobase?|arroba|chiocciola|klammeraffe)\s)\s*/i;
const SPOKEN_DOT = /\s*(?:[[({]\s*(?:dot|point|punkt|\.)\s*[\])}]|\s(?:dot|point|punkt|punto)\s)\s*/gi;

const nameOf = (domain) => domain.split(".")[0];
const afterFirst = (domain) => domain.slice(domain.indexOf(".") + 1);

export function countTypingErrors(one, other) {
  let before = [];
  let last = [...Array(other.length + 1).keys()];
  for (let row = 1; row <= one.length; row++) {
    const line = [row];
    for (let column = 1; column <= other.length; column++) {
      const isWrong = one[row - 1] === other[column - 1] ? 0 : 1;
      const errors = Math.min(last[column] + 1, line[column - 1] + 1, last[column - 1] + isWrong);
      const isSwapped =
        row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      line.push(isSwapped ? Math.min(errors, before[column - 2] + 1) : errors);
    }
    [before, last] = [last, line];
  }
  return last.at(-1);
}

function findNearest(text, candidates, most) {
  let nearest = null;
  let least = most + 1;
  for (const each of candidates) {
    const errors = countTypingErrors(text, each);
    if (errors < least) [nearest, least] = [each, errors];
  }
  return nearest;
}

function suggestDomain(domain, lists, isKnown) {
  const name = nameOf(domain);
  const rest = afterFirst(domain);
  if (lists.own[name]) return `${name}.${lists.own[name]}`;
  if (lists.providers.includes(`${name}.com`) && lists.slips.includes(rest)) return `${name}.com`;
  const candidates = lists.providers.filter((each) => {
    const own = nameOf(each);
    return own.length >= SHORTEST_NAME && !(isKnown && own === name);
  });
  const nearest = findNearest(domain, candidates, domain.length <= SHORT_DOMAIN ? 1 : 2);
  if (nearest || isKnown) return nearest;
  const at = domain.lastIndexOf(".");
  const [before, ending] = [domain.slice(0, at), domain.slice(at + 1)];
  const ofName = lists.providers.filter((each) => each.startsWith(`${before}.`)).map(afterFirst);
  const repaired = findNearest(ending, ofName, 1) ?? findNearest(ending, lists.common, 1);
  return repaired && `${before}.${repaired}`;
}

// The doubt about an address that can be sent to: its domain, the suggestion, whether its ending is known.
export function findDoubt(address, lists) {
  const at = address.lastIndexOf("@");
  const domain = address.slice(at + 1);
  if (lists.providers.includes(domain) || lists.neighbours.includes(domain)) return null;
  const isKnown = ` ${lists.endings} `.includes(` ${domain.slice(domain.lastIndexOf(".") + 1)} `);
  const meant = suggestDomain(domain, lists, isKnown);
  if (!meant && isKnown) return null;
  return { domain, suggestion: meant && `${address.slice(0, at)}@${meant}`, isKnown };
}

function leaveNamesOut(text) {
  const words = text.split(/\s+/).filter(Boolean);
  const found = words.filter((each) => /^[^@]+@[^@]+\.[^@]+$/.test(each));
  if (found.length !== 1 || words.length === 1 || text.split("@").length !== 2) return text;
  const [address] = found;
  const name = address.split("@")[0].toLowerCase();
  const others = words.filter((each) => each !== address).map((each) => withoutAccents(each).toLowerCase());
  return others.length > 1 || words[0] === address || name.includes(others[0]) ? address : text;
}

function joinProvider(text, lists) {
  if (text.includes("@")) return text.replace(/@+/g, "@");
  const provider = lists.providers.find((each) => text.toLowerCase().endsWith(each));
  return provider ? `${text.slice(0, -provider.length).replace(/[ ._-]+$/, "")}@${provider}` : text;
}

function complete(text, lists) {
  const [, domain] = text.split("@");
  if (domain === undefined || /[.,]/.test(text.slice(text.indexOf("@")))) return text;
  const provider = lists.providers.find((each) => nameOf(each) === domain.toLowerCase());
  return provider ? text.replace(`@${domain}`, `@${provider}`) : text;
}

// The address that was probably meant by a text that is none.
export function suggestAddress(typed, lists) {
  let text = withoutSurroundings(typed);
  if (!text.includes("@") && SPOKEN_AT.test(text)) text = text.replace(SPOKEN_AT, "@").replace(SPOKEN_DOT, ".");
  text = complete(joinProvider(leaveNamesOut(text), lists).replace(/\s/g, ""), lists);
  const at = text.indexOf("@");
  const name = withoutAccents(at < 0 ? text : text.slice(0, at)).replace(/\.{2,}/g, ".").replace(/^\.+|\.+$/g, "");
  const domain = (at < 0 ? "" : text.slice(at + 1)).replace(/[.,;]+/g, ".").replace(/^\.+|\.+$/g, "");
  const address = parseAddress(`${name}@${domain}`, lists.longest);
  if (!address) return null;
  const doubt = findDoubt(address, lists);
  return doubt ? doubt.suggestion : address;
}
