// Where words stand in the text of all lines. A find is { what, by, line, nth }: the nth of them in that line is the
// current one.
const textOf = (view) => view.line ?? view.text;
export const timesIn = (text, what) => (what ? text.split(what).length - 1 : 0);
// All places, one after the other: [line, how many there stand before it in the same line].
export const hits = ({ find: { what }, plan }) =>
  plan.sentences.flatMap((view, line) =>
    Array.from({ length: timesIn(textOf(view), what) }, (_, nth) => [line, nth]),
  );
export const current = (all, { line, nth }) => all.findIndex(([place, count]) => place === line && count === nth);
// The one after the current one; after the last the first.
export const following = (all, find) =>
  all.find(([line, nth]) => line > find.line || (line === find.line && nth > find.nth)) ?? all[0];
