// A book as a podcast: its address with a code for phones, shown once, and the end of it.
import { fill, make } from "../../lib/dom.js";

const act = (name, key) => make("button", { type: "button", class: "quiet-button", "data-feed": name }, fill(key));

export const PODCAST = {
  make: (shell) => {
    const buttons = make("div", { class: "making-do" }),
      state = make("p", { class: "hint", role: "status" }),
      code = make("div", { class: "podcast-code", hidden: "" }),
      place = make(
        "section",
        { class: "making podcast", hidden: "" },
        make("div", { class: "making-head" }, make("h3", {}, fill("podcast_head")), buttons),
        make("p", { class: "hint" }, fill("podcast_about")),
        state,
        code,
      );
    let shown = "",
      ended = false;
    const show = ({ open, created, address, svg, only_here: here }) => {
      place.hidden = false;
      buttons.replaceChildren(
        act("open", open ? "podcast_again" : "podcast_open"),
        ...(open ? [act("end", "podcast_end")] : []),
      );
      code.hidden = !address;
      if (address) {
        // As an image it runs nothing, whatever is in it.
        const image = make("img", { alt: fill("podcast_alt"), src: `data:image/svg+xml,${encodeURIComponent(svg)}` });
        const label = fill("podcast_address"),
          field = make("input", { class: "field", readonly: "", value: address, "aria-label": label });
        field.addEventListener("focus", () => field.select());
        code.replaceChildren(image, make("div", {}, field, make("p", { class: "hint" }, fill("podcast_once"))));
      }
      if (here) state.textContent = fill("podcast_here");
      else if (open && created) {
        state.textContent = fill("podcast_since", { day: new Date(1000 * created).toLocaleDateString() });
      } else state.textContent = "";
    };
    const ask = async (method) => {
      const answer = await shell.rest(method, "/feed");
      if (ended) return;
      if (answer.error) {
        if (method !== "GET") shell.say(answer); // where the door is closed there is nothing to show
        return;
      }
      show(method === "DELETE" ? { open: false } : answer);
    };
    buttons.addEventListener("click", async ({ target }) => {
      const button = target.closest("[data-feed]");
      if (!button || button.hasAttribute("aria-busy")) return;
      button.setAttribute("aria-busy", "true");
      await ask(button.dataset.feed === "open" ? "POST" : "DELETE");
      button.removeAttribute("aria-busy");
      buttons.firstChild?.focus({ preventScroll: true });
    });
    return {
      place,
      // Asked once for each book: what it says changes by these buttons alone.
      show: (book, spoken) => {
        if (!spoken || shown === book.id) return;
        shown = book.id;
        ask("GET");
      },
      end: () => {
        ended = true;
      },
    };
  },
};
