// Proof-listening: doubtful places, heard and mended.

export const PROOF = {
  mount: () => {},
  update: () => {},
  unmount: () => {},
};
