// Files: what the book is made into.

export const FILES = {
  mount: () => {},
  update: () => {},
  unmount: () => {},
};
