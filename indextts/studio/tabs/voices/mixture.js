// A mixture of voices as it is written, and its parts: [voice, weight].

// `af_bella(67)+af_sky(33)`, the heaviest first.
export const writtenAs = (parts) =>
  [...parts]
    .sort((one, other) => other[1] - one[1])
    .map(([voice, weight]) => `${voice}(${weight})`)
    .join("+");
export const partsOf = (written) =>
  written
    .split("+")
    .filter(Boolean)
    .map((part) => /^(\w+)(?:\(([\d.]+)\))?$/.exec(part))
    .map(([, voice, weight]) => [voice, Number(weight ?? 1)]);
export const isMixture = (written) => /^[a-z][fm]_\w+[(+]/.test(written);
// In words: “Bella 67 % + Sky 33 %”; what sliders change in it is left out.
export const mixtureWords = (written, nameOf) =>
  percents(partsOf(written.split(":")[0]))
    .map(([voice, percent]) => `${nameOf(voice)} ${percent} %`)
    .join(" + ");
// What each weight comes to of a hundred, rounded.
export const percents = (parts) => {
  const total = parts.reduce((sum, [, weight]) => sum + weight, 0);
  return parts.map(([voice, weight]) => [voice, Math.round((100 * weight) / total)]);
};
