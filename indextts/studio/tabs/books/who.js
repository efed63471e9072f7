// A menu of those who could say a quotation: this one, or all that the same one says.
import { fill } from "../../lib/dom.js";
import { askName, openMenu } from "../../lib/menu.js";
import { NARRATOR, colourOf, nameOf } from "./people.js";
import { choices, why } from "./quotations.js";

// `asked` is { cast, quotation, give, say }: `give(speaker, all)` answers { error } where that cannot be.
export const whoMenu = (anchor, asked, all = false) => {
  const { cast, quotation, give, say } = asked,
    { speaker } = quotation,
    told = { name: nameOf(speaker) };
  told.count = cast.characters.find(({ name }) => name === speaker)?.quotations ?? cast.nobody;
  const telling = async (name) => {
    const answer = await give(name, all);
    if (answer.error) say(answer);
  };
  const byName = async (name) => (name ? give(name, all) : { error: fill("cast_name_first") });
  const items = [
    ...choices(cast.characters, quotation, all).map((name) => ({
      text: nameOf(name),
      class: `who-item ${colourOf(cast, name)}`,
      run: () => telling(name),
    })),
    { key: "saying_new", shape: "add", run: () => askName(anchor, "", byName) },
  ];
  if (!all && told.count > 1 && speaker !== NARRATOR)
    items.push(null, { text: fill("saying_all", told), shape: "copy", run: () => whoMenu(anchor, asked, true) });
  const head = all ? fill("saying_all_head", told) : `${told.name} · ${why(quotation)}`;
  openMenu(anchor, fill("saying_who"), items, head);
};
// What was done is told in one line. All of one name cannot be told from what the other has said before: that can be
// taken back only where the other has said nothing.
export const given = (cast, quotation, speaker, all) => ({
  said: fill(all ? "saying_all_given" : "saying_given", { name: nameOf(speaker), old: nameOf(quotation.speaker) }),
  backs: !all || !cast.characters.find(({ name }) => name === speaker)?.quotations,
});
