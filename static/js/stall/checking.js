// Checks the form on the tablet as the server does, so that it keeps nothing that is refused later.
import { findFault, parseAddress, withoutSurroundings } from "./address.js";
import { findDoubt, suggestAddress } from "./suggestion.js";

const ADDRESS_IN_NAME = ["://", "www.", "@"];

export const put = (words, values) => words.replace(/%\((\w+)\)s/g, (_, name) => values[name] ?? "");

function checkAddress(typed, kept, { lists, words }) {
  if (!typed.trim()) return { message: words.EMPTY };
  const text = withoutSurroundings(typed);
  const address = parseAddress(text, lists.longest);
  if (!address) {
    const suggestion = suggestAddress(typed, lists);
    return { message: words[findFault(text, lists.longest)], suggestion };
  }
  const doubt = address === kept ? null : findDoubt(address, lists);
  if (!doubt) return null;
  const { domain, suggestion, isKnown } = doubt;
  const question = isKnown ? words.DOMAIN_QUESTION : words.ENDING_QUESTION;
  const values = { domain: text.slice(text.lastIndexOf("@") + 1), ending: domain.split(".").at(-1), address: suggestion };
  const message = put(suggestion ? question : words.UNKNOWN_ENDING, values);
  return { message, suggestion, keep: { kept_email: address } };
}

function checkBoxes(form, words) {
  const boxes = [...form.querySelectorAll("input[name^=consent_]")];
  const [first] = boxes;
  const isRight = first?.required ? first.checked : boxes.some((each) => each.checked);
  if (isRight || !first) return null;
  return { field: first.name, message: first.required ? words.TICK_THIS_BOX : words.TICK_A_LIST };
}

function checkName(name, { lists, words }) {
  const text = name.trim().toLowerCase();
  if (text.length > lists.longestName) return { field: "given_name", message: words.LONG_NAME };
  const isAddress = ADDRESS_IN_NAME.some((each) => text.includes(each));
  return isAddress ? { field: "given_name", message: words.NO_NAME } : null;
}

// The same as the server answers: faults by field, a suggestion, and the field that keeps the address.
export function check(form, checks) {
  const { email, kept_email: kept, given_name: name } = form.elements;
  const address = checkAddress(email.value, kept.value, checks);
  const others = [checkBoxes(form, checks.words), checkName(name.value, checks)].filter(Boolean);
  const faults = [...(address ? [{ field: "email", message: address.message }] : []), ...others];
  if (!faults.length) return null;
  return { faults, suggestion: address?.suggestion ?? null, keep: address?.keep ?? null };
}
