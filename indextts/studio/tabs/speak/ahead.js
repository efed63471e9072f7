// Who has stopped writing will press Generate next: an idle server speaks the first sentence meanwhile, so that it is
// there then.
import { $ } from "../../lib/dom.js";
import { project } from "../../lib/project.js";
import { call } from "../../lib/rest.js";
import { serverIsLost } from "../../lib/waits.js";
import { onInputs, settingsNow, textNow } from "./inputs.js";
import { count } from "./length.js";
import { maxChars } from "./meter.js";
import { bodyFor, isBusy } from "./run.js";

const REST_MS = 800;

let timer = 0,
  last = "",
  asking = null;
const speakAhead = async () => {
  const text = textNow();
  if (document.hidden || serverIsLost() || isBusy() || !text.trim() || count(text) > maxChars()) return;
  const body = bodyFor(text, settingsNow(), project().id);
  if (body === last) return;
  last = body;
  asking?.abort();
  asking = new AbortController();
  const headers = { "Content-Type": "application/json" };
  // What goes wrong now is told when it is asked for.
  await call("/v1/jobs/ahead", { method: "POST", headers, body, signal: asking.signal });
};
onInputs(() => {
  clearTimeout(timer);
  if ($("#meter-text")?.dataset.ahead === "true") timer = setTimeout(speakAhead, REST_MS);
});
