// The server's REST API, asked within a time: its answers, and its errors in the reader's language.
import { facts, fill, home } from "./dom.js";
import { loginEnded } from "./login.js";
import { doubt } from "./waits.js";

const CALL_MS = 60000,
  AGAIN_MS = 2000;

// A question over HTTP with its answer, all of it, within so many milliseconds; else it is rejected, as it is where
// whoever asks gives a `signal` and pulls it. A large one is better `taken` as a "blob", which can lie on the disk; to
// read that takes a moment, which a first sound has not.
export const fetchWithin = async (patience, address, { signal = null, taken = "arrayBuffer", ...options } = {}) => {
  const late = AbortSignal.timeout(patience);
  const ends = signal ? (AbortSignal.any?.([signal, late]) ?? signal) : late;
  const response = await fetch(address, { ...options, signal: ends });
  const { ok, status, headers } = response;
  loginEnded(status);
  return { ok, status, answer: new Response(await response[taken](), { headers }) };
};

// What happened and what to do, in one line.
export const sentence = ({ message, hint = "" }) => (facts.language === "zh" ? message + hint : `${message} ${hint}`);

const lost = () => {
  doubt();
  return { error: fill("fix_lost") };
};

// Ask `path` ("/v1/…"): the Response, or { error } where the server is not there; where it refuses, that says what and
// why: { error, code, message, hint, status }.
export const call = async (path, { patience = CALL_MS, headers = {}, ...options } = {}) => {
  const asked = { ...options, headers: { "Accept-Language": facts.locale, ...headers }, cache: "no-store" };
  try {
    const { ok, status, answer } = await fetchWithin(patience, home() + path, asked);
    if (ok) return answer;
    const { error } = await answer.json();
    const { code, message, hint } = error;
    if (code === "loading" && patience > AGAIN_MS) {
      // A server that has just started answers as soon as its voice is there.
      await new Promise((done) => setTimeout(done, AGAIN_MS));
      return call(path, { ...options, headers, patience: patience - AGAIN_MS });
    }
    return { error: sentence(error), code, message, hint, status };
  } catch {
    return lost();
  }
};

// The same for JSON: what was answered as an object, empty where nothing was. What a failed job says of itself as
// `error` is its `failure` here: the question about it was answered.
export const callJson = async (method, path, body, more = {}) => {
  const sent =
    body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await call(path, { method, ...sent, ...more });
  if (answer.error) return answer;
  const text = await answer.text();
  try {
    const { error: failure = null, ...said } = text ? JSON.parse(text) : {};
    return failure ? { ...said, failure } : said;
  } catch {
    return lost(); // somebody else has answered, such as a network that wants a login
  }
};

// A file: { file, name }, the name being the one that the server gave it; or what went wrong, as above.
export const callFile = async (path, more = {}) => {
  const answer = await call(path, { taken: "blob", ...more });
  if (answer.error) return answer;
  const [, name = ""] = /filename\*=UTF-8''(\S+)/i.exec(answer.headers.get("Content-Disposition") || "") || [];
  const warnings = (answer.headers.get("X-Warnings") || "").split(", ");
  return { file: await answer.blob(), name: decodeURIComponent(name), warnings };
};
