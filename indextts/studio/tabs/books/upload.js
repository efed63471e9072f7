// A file goes to the server, which tells how far it is; fetch cannot say that.
import { facts, fill, home } from "../../lib/dom.js";
import { sentence } from "../../lib/rest.js";

const LONG_MS = 600000;

// Returns { answer, stop }: the answer as an object, with `error` where it is refused, and `stopped` where it was given
// up. `progress(share)` is told 0 to 1, which the whole of a read file is too.
export const upload = (path, form, progress) => {
  const request = new XMLHttpRequest();
  const answer = new Promise((resolve) => {
    const lost = () => resolve({ error: fill("fix_lost") });
    request.open("POST", home() + path);
    request.setRequestHeader("Accept-Language", facts.locale);
    request.timeout = LONG_MS;
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(total ? loaded / total : 0));
    request.upload.addEventListener("load", () => progress(1));
    request.addEventListener("load", () => {
      try {
        const told = JSON.parse(request.responseText);
        resolve(told.error ? { ...told.error, error: sentence(told.error), status: request.status } : told);
      } catch {
        lost();
      }
    });
    request.addEventListener("error", lost);
    request.addEventListener("timeout", lost);
    request.addEventListener("abort", () => resolve({ stopped: true }));
    request.send(form);
  });
  return { answer, stop: () => request.abort() };
};
