// The cast: who speaks, with which voice, and who says what.

export const CAST = {
  mount: () => {},
  update: () => {},
  unmount: () => {},
};
