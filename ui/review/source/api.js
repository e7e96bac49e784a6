/** Talks to the staff's HTTP interface. Errors are sentences for people. */

export class ApiError extends Error {
  /** @param {string} sentence @param {string} code @param {number} status */
  constructor(sentence, code, status) {
    super(sentence);
    this.code = code;
    this.status = status;
  }
}

async function call(path, options = {}) {
  let answer;
  try {
    answer = await fetch(`/api/staff${path}`, { credentials: "same-origin", cache: "no-store", ...options });
  } catch {
    throw new ApiError("The server cannot be reached. Nothing was lost; try again.", "network", 0);
  }
  const body = await answer.json().catch(() => ({}));
  if (answer.status === 401) location.assign("/sign-in");
  if (!answer.ok) throw new ApiError(body.error ?? "The server did not answer as expected.", body.code ?? "unknown", answer.status);
  return body;
}

const post = (path, body) => call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
const key = (task, item) => `/keys/${encodeURIComponent(task)}/${encodeURIComponent(item)}`;
const at = (id) => `/sessions/${encodeURIComponent(id)}`;

export const api = {
  sessions: () => call("/sessions"),
  session: (id) => call(at(id)),
  rate: (id, rating) => post(`${at(id)}/ratings`, rating),
  settle: (id, decision) => post(`${at(id)}/settle`, decision),
  release: (id) => post(`${at(id)}/debrief`, {}),
  queue: () => call("/queue"),
  question: (id, subject) => call(`/queue/${encodeURIComponent(id)}?subject=${encodeURIComponent(subject)}`),
  decide: (id, decision) => post(`/queue/${encodeURIComponent(id)}`, decision),
  keys: () => call("/keys"),
  key: (task, item, version) => call(`${key(task, item)}${version ? `?version=${encodeURIComponent(version)}` : ""}`),
  preview: (task, item, correction) => post(`${key(task, item)}/preview`, correction),
  correct: (task, item, correction) => post(key(task, item), correction),
  report: (id, kind) => `/api/staff${at(id)}/report.${kind}`,
};
