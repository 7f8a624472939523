// Sends the text to the server, and reads what the server has.
import { byId, draft } from "./page.js";

const LONGEST_KEPT_ALIVE = 60_000; // a browser sends no more when the page is left
const headers = (more) => ({ "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": draft.token, ...more });

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
export const readSaved = async () => (await request(draft.urls.document, { headers: headers() })).body;

export const readFindings = async () => (await request(draft.urls.findings, { headers: headers() })).body;

// A new session has a new token, which the refusal brings.
async function write(method, url, content, more = {}) {
  const body = JSON.stringify({ ...content, ...(draft.void_approval && { void_approval: true }) });
  const attempt = () => request(url, { method, body, keepalive: body.length < LONGEST_KEPT_ALIVE, headers: headers(more) });
  const answer = await attempt();
  if (answer.status !== 400 || !answer.body.csrf_token) return answer;
  draft.token = answer.body.csrf_token;
  return attempt();
}

async function request(url, more) {
  try {
    const answer = await fetch(url, { credentials: "same-origin", redirect: "manual", ...more });
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    return { status: answer.status, body: isJson ? await answer.json() : {} };
  } catch {
    return { status: 0, body: {} };
  }
}
