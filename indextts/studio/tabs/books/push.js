// A finished book goes to Audiobookshelf, where the server knows one.
import { fill, make } from "../../lib/dom.js";
import { sentence } from "../../lib/rest.js";
import { bar, percent, putBar } from "./words.js";

const LOOK_MS = 1000;

export const PUSH = {
  make: (shell) => {
    const send = make("button", { type: "button", class: "quiet-button" }),
      state = make("p", { class: "hint", role: "status" }),
      line = bar(0, fill("push_share")),
      place = make(
        "section",
        { class: "making push", hidden: "" },
        make(
          "div",
          { class: "making-head" },
          make("h3", {}, "Audiobookshelf"),
          make("div", { class: "making-do" }, send),
        ),
        state,
        line,
      );
    let shown = "",
      again = false,
      timer = 0,
      ended = false;
    const said = ({ status, title, library, progress, failure }) => {
      if (status === "done") return fill("push_done", { title, library });
      if (status === "failed") return sentence(failure);
      return status ? fill(`push_${status}`, { share: percent(progress) }) : "";
    };
    const show = (answer) => {
      const busy = ["making", "sending"].includes(answer.status);
      place.hidden = !answer.set_up;
      again = answer.failure?.code === "shelf_has";
      send.textContent = fill(again ? "push_again" : "push_send");
      send.toggleAttribute("disabled", busy);
      state.textContent = said(answer);
      line.hidden = !busy;
      putBar(line, answer.progress);
      if (busy) timer = setTimeout(look, LOOK_MS);
    };
    const look = async () => {
      const answer = await shell.rest("GET", "/push");
      if (ended) return;
      if (!answer.error) show(answer); // it is closed to those who may not manage
    };
    send.addEventListener("click", async () => {
      clearTimeout(timer);
      send.setAttribute("aria-busy", "true");
      const answer = await shell.rest("POST", "/push", { again });
      send.removeAttribute("aria-busy");
      if (ended) return;
      if (!answer.error) show(answer);
      else {
        shell.say(answer);
        again = answer.code === "shelf_has";
        send.textContent = fill(again ? "push_again" : "push_send");
      }
    });
    return {
      place,
      // Asked once for each book.
      show: (book, spoken) => {
        if (!spoken || shown === book.id) return;
        shown = book.id;
        look();
      },
      end: () => {
        ended = true;
        clearTimeout(timer);
      },
    };
  },
};
