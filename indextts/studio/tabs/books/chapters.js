// Chapters: which are spoken, their titles and their texts.

export const CHAPTERS = {
  mount: () => {},
  update: () => {},
  unmount: () => {},
};
