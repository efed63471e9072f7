// The way out, for who has come in by a key; and back to the login once that is void.
import { $, fill, onDrawn } from "./dom.js";
import { reload } from "./reload.js";

// The server sets this cookie beside the session, which no script can read.
const [, name = ""] = /(?:^|; )studio_name=([^;]*)/.exec(document.cookie) || [];

if (name)
  onDrawn(() => {
    const form = $("#log-out[hidden]");
    if (!form) return;
    form.hidden = false;
    form.firstElementChild.title = fill("log_out_of", { name: decodeURIComponent(name) });
  });

// An answer that asks for a key: a page that is loaded anew is sent to the login, and finds what was on it again.
export const loginEnded = (status) => {
  if (status === 401) reload();
};
