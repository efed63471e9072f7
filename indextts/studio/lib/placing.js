// Where what opens over the page stands: beside what opened it, and within the window. All in pixels of the window.
const GAP = 4,
  EDGE = 8,
  LOWEST = 160, // so high a list is at least before it opens upwards
  SIDE = 12;

// A menu or a small form: [left, top], below its button and begun with it, where there is room.
export const sheetPlace = ({ left, right, top, bottom }, { width, height }, wide, high) => {
  const x = Math.min(left + width > wide - EDGE ? right - width : left, wide - width - EDGE);
  const y = bottom + height + EDGE > high && top > height + EDGE ? top - height - GAP : bottom + GAP;
  return [Math.max(EDGE, x), Math.max(EDGE, Math.min(y, high - height - EDGE))];
};
// A list under its field, which wants to be `tall`: it opens to where there is more room, and scrolls in what it gets.
export const listPlace = (field, tall, wide, high) => {
  const below = high - field.bottom - GAP - EDGE,
    above = field.top - GAP - EDGE;
  const down = tall <= below || below >= Math.max(above, LOWEST);
  const height = Math.min(tall, down ? below : above);
  return {
    left: Math.max(EDGE, Math.min(field.left, wide - field.width - EDGE)),
    top: down ? field.bottom + GAP : field.top - GAP - height,
    height,
  };
};
// A dialog under the middle of a word: [left, top]; `floor` is where what stays at the window's foot begins.
export const panelPlace = (box, { width, height }, wide, floor) => {
  const left = Math.max(SIDE, Math.min(box.left + box.width / 2 - width / 2, wide - width - SIDE));
  const below = box.bottom + EDGE;
  return [left, below + height <= floor || box.top - height - EDGE < 0 ? below : box.top - height - EDGE];
};
