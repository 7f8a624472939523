// Reads an address as supporters/people/typed_addresses.py does. A test compares both.
const CLASSES = [
  [/[\uFF01-\uFF5E]/g, (each) => String.fromCharCode(each.charCodeAt(0) - 0xfee0)],
  [/[\u3002\uFF61]/g, "."],
  [/[\u00A0\u2007\u2009\u202F\u3000]/g, " "],
  [/[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g, ""],
];
const IN_BRACKETS = /<([^<>]*)>[\s.,;]*$/;
const MAILTO = /^mailto:([^?]*)(?:\?.*)?$/i;
const REMARK = /[ \t]*\([^()@]*\)[\s.,;]*$/;
const OPENING = /^[ \t<(["«“‘„]+/;
const CLOSING = /[ \t>)\]"»”’.,;:!?/]+$/;
const TELEPHONE = /^\+?(?:[\s()./-]*[0-9]){6,15}[\s()./-]*$/;
const NAME = /^[A-Za-z0-9_!#$%&'*+/=?^`{|}~.-]+$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const NOT_FOR_MAIL = new Set(["arpa", "invalid", "local", "localhost", "onion", "test"]);
const LONGEST_NAME = 64;
const ASCII = /^[\x00-\x7F]*$/;

export const withoutAccents = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "");

export function withoutSurroundings(typed) {
  let text = CLASSES.reduce((each, [from, to]) => each.replace(from, to), typed.normalize("NFC")).trim();
  text = IN_BRACKETS.exec(text)?.[1] ?? text;
  text = text.replace(REMARK, "").replace(OPENING, "").replace(CLOSING, "");
  const link = MAILTO.exec(text);
  if (link) text = link[1].replace(CLOSING, "");
  if (text.startsWith("'") && text.endsWith("'")) text = text.slice(1, -1);
  return text.trim().replace(/[ \t]*@[ \t]*/g, "@");
}

// The domain in ASCII as browsers write it (UTS 46); null if it is none.
function toAscii(domain) {
  if (/[^\p{L}\p{M}\p{N}.-]/u.test(domain)) return null;
  try {
    const ascii = new URL(`http://${domain}`).hostname;
    const labels = ascii.split(".");
    const ending = labels.at(-1);
    const isRight = labels.length > 1 && labels.every((each) => LABEL.test(each)) && /[a-z]/.test(ending);
    return isRight && ascii.length < 254 && !NOT_FOR_MAIL.has(ending) ? ascii : null;
  } catch {
    return null;
  }
}

// The address to send to, or null.
export function parseAddress(text, longest) {
  const at = text.lastIndexOf("@");
  const [name, domain] = [text.slice(0, at), text.slice(at + 1)];
  const isName = NAME.test(name) && name.length <= LONGEST_NAME && !/^\.|\.\.|\.$/.test(name);
  const ascii = at > 0 && isName && text.length <= longest ? toAscii(domain) : null;
  return ascii && `${name}@${ascii}`;
}

const severalIn = (text) => {
  const parts = text.split(/[\s,;]+/).filter(Boolean);
  return parts.length > 1 && parts.filter((each) => each.includes("@")).length > 1;
};

export function findFault(text, longest) {
  const at = text.indexOf("@");
  const name = at < 0 ? text : text.slice(0, at);
  const domain = at < 0 ? "" : text.slice(at + 1);
  const found = [
    ["TELEPHONE", TELEPHONE.test(text)],
    ["NO_AT", at < 0],
    ["SEVERAL", severalIn(text)],
    ["SEVERAL_AT", domain.includes("@")],
    ["NOTHING_BEFORE", !name],
    ["NOTHING_AFTER", !domain],
    ["TOO_LONG", text.length > longest || name.length > LONGEST_NAME],
    ["COMMA", /[,;]/.test(domain)],
    ["SPACE", /\s/.test(text)],
    ["NO_DOT", !domain.includes(".")],
    ["DOTS", /\.\.|^\./.test(text) || name.endsWith(".")],
    ["ACCENT", !ASCII.test(name) && ASCII.test(withoutAccents(name))],
    ["BEYOND_ASCII", !ASCII.test(name)],
    ["CHARACTER", !NAME.test(name)],
  ];
  return found.find(([, isSo]) => isSo)?.[0] ?? "DOMAIN";
}
