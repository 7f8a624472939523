// Sends the text to the server, and reads what the server has.
import { byId, draft } from "./page.js";

const LONGEST_KEEPALIVE = 60_000; // a browser sends no more when the page is left
// The first save of a new draft makes it.
export async function send(content, revision) {
  const isNew = !draft.urls.document;
  const answer = isNew ? await create(content) : await write("PUT", draft.urls.document, content, { "If-Match": `"${revision}"` });
  if (answer.status !== 201) return answer;
  Object.assign(draft.urls, answer.body.urls);
  draft.id = answer.body.id;
  history.replaceState(null, "", draft.urls.edit);
  Object.assign(byId("history-link"), { href: draft.urls.history, hidden: false });
  return { ...answer, status: 200 };
}

export const create = (content) => write("POST", draft.urls.create, content);
export const rescue = ({ content, at }) => write("POST", draft.urls.rescued, { ...content, at });
export const readSaved = async () => (await read(ask(draft.urls.document))).body;
export const readFindings = async () => (await read(ask(draft.urls.findings))).body;

// The token is in the header; the one in a form may be of an earlier session.
export function postForm(url, fields = new FormData()) {
  fields.delete("csrf_token");
  return ask(url, { method: "POST", body: fields });
}

function write(method, url, content, headers) {
  const body = JSON.stringify({ ...content, ...(draft.void_approval && { void_approval: true }) });
  const keepalive = body.length < LONGEST_KEEPALIVE;
  return read(ask(url, { method, body, keepalive, headers: { "Content-Type": "application/json", ...headers } }));
}

// A new session has a new token, which the refusal brings.
async function ask(url, { headers, ...more } = {}) {
  const attempt = () => fetch(url, {
    credentials: "same-origin", redirect: "manual", ...more,
    headers: { Accept: "application/json", "X-CSRFToken": draft.token, ...headers },
  });
  const answer = await attempt();
  const { csrf_token: token } = answer.status === 400 ? await answer.clone().json().catch(() => ({})) : {};
  if (!token) return answer;
  draft.token = token;
  return attempt();
}

// The status is 0 without a network.
async function read(asked) {
  try {
    const answer = await asked;
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    return { status: answer.status, body: isJson ? await answer.json() : {} };
  } catch {
    return { status: 0, body: {} };
  }
}
