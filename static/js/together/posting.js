// Sends a form to the server. A new session has a new token, which the refusal brings.
export async function post(url, fields, draft) {
  const attempt = () => {
    fields.set("csrf_token", draft.token);
    const headers = { Accept: "application/json", "X-CSRFToken": draft.token };
    return fetch(url, { method: "POST", body: fields, headers, credentials: "same-origin", redirect: "manual" });
  };
  const answer = await attempt();
  if (answer.status !== 400) return answer;
  const { csrf_token: token } = await answer.json().catch(() => ({}));
  if (!token) return answer;
  draft.token = token;
  return attempt();
}
