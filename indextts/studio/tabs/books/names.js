// Names and terms: how they are read, before the first minute is spoken.

export const NAMES = {
  mount: () => {},
  update: () => {},
  unmount: () => {},
};
