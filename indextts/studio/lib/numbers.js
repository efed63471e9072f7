// Numbers for people.
import { fill } from "./dom.js";

// How long something lasts; below `fine` seconds, tenths count.
export const duration = (seconds, fine = 10) => {
  const tenths = Math.round(10 * seconds) / 10;
  if (tenths < fine) return fill("seconds", { value: tenths.toFixed(1) });
  const whole = Math.round(seconds);
  if (whole < 60) return fill("seconds", { value: whole });
  if (whole < 3600) return fill("minutes", { minutes: Math.floor(whole / 60), seconds: whole % 60 });
  return fill("hours", { hours: Math.floor(whole / 3600), minutes: Math.floor((whole % 3600) / 60) });
};
