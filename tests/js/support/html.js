// What a script has drawn, as HTML.
const escape = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
const one = (part) => {
  if (typeof part === "string") return escape(part);
  const attributes = Object.entries(part.attributes).map(([name, value]) => ` ${name}="${escape(value)}"`),
    tag = part.tagName.toLowerCase();
  return `<${tag}${attributes.join("")}>${htmlOf(part.childNodes)}</${tag}>`;
};
export const htmlOf = (parts) => [parts].flat().map(one).join("");
// How often `piece` stands in `text`.
export const times = (text, piece) => text.split(piece).length - 1;
