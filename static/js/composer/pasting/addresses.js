// Addresses in a text. The server has the same shapes: supporters/campaigns/document/inline_links.py.
const ADDRESS = new RegExp(
  "(?<![\\p{L}\\p{N}_@.:/+-])(?:https?://[\\p{L}\\p{N}_-][^\\s<>\"«»“”{}]*"
  + "|www\\.[\\p{L}\\p{N}_-]+(?:\\.[\\p{L}\\p{N}_-]+)+(?:[/?#][^\\s<>\"«»“”{}]*)?"
  + "|[\\p{L}\\p{N}_.+-]+@[\\p{L}\\p{N}_-]+(?:\\.[\\p{L}\\p{N}_-]+)+)",
  "giu",
);
const PUNCTUATION = ".,;:!?'’…*_";
const BRACKETS = { ")": "(", "]": "[" };
const LONGEST = 1_990;

export function findAddresses(text) {
  return [...text.matchAll(ADDRESS)].filter(([found]) => found.length <= LONGEST).map(({ 0: found, index: start }) => {
    const shown = withoutPunctuation(found);
    return { start, end: start + shown.length, href: complete(shown) };
  });
}

function withoutPunctuation(address) {
  const last = address.at(-1);
  const count = (sign) => address.split(sign).length;
  const isAround = PUNCTUATION.includes(last) || (BRACKETS[last] && count(last) > count(BRACKETS[last]));
  return isAround ? withoutPunctuation(address.slice(0, -1)) : address;
}

function complete(address) {
  if (/^https?:\/\//i.test(address)) return address;
  return /^www\./i.test(address) ? `https://${address}` : `mailto:${address}`;
}
