// Listening: the text follows the sound from chapter to chapter.

export const LISTENING = {
  mount: () => {},
  update: () => {},
  unmount: () => {},
};
