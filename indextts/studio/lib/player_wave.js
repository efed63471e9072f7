// The picture of the sound: as wide as its place, filled as far as the sound is made, the part that was heard in the
// accent's colour, what is still to come hatched.
import { root } from "./dom.js";
import { RATE, peaksOf } from "./peaks.js";

// Of `strong`, the bars' strengths, how high each is drawn, as a share of the highest: one of many peaks differs little
// from its neighbours, and more is made of that.
export const heights = (strong, peaks) => {
  const most = Math.max(...strong, 0.001),
    power = 0.8 + 1.2 * Math.min(1, Math.max(0, Math.log2(peaks) / 4));
  return strong.map((one) => (one / most) ** power);
};

const STEP = 3,
  BAR = 2,
  HATCH = 7;

const COLOURS = { heard: "--accent", rest: "--rest", hatch: "--hairline", loop: "--accent-soft", now: "--ink" };

export const wave = (canvas) => {
  const brush = canvas.getContext("2d");
  let sound = peaksOf(),
    bars = [],
    drawn = "",
    colours = null;
  new MutationObserver(() => {
    colours = null;
    again();
  }).observe(root, { attributes: true, attributeFilter: ["class", "data-view"] });

  const read = () => {
    const style = getComputedStyle(canvas);
    colours = Object.fromEntries(
      Object.entries(COLOURS).map(([name, variable]) => [name, style.getPropertyValue(variable).trim()]),
    );
  };

  let last = null;
  const again = () => last && draw(last);
  const draw = (scene) => {
    last = scene;
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!width || !height) return;
    const sharp = devicePixelRatio || 1;
    const [across, down] = [Math.round(width * sharp), Math.round(height * sharp)];
    if (canvas.width !== across || canvas.height !== down) Object.assign(canvas, { width: across, height: down });
    if (!colours) read();
    const { job, now, loop, pointed } = scene,
      length = scene.length || 1,
      place = (seconds) => (seconds / length) * width;
    const number = Math.floor(width / STEP),
      name = `${job?.id} ${job?.cut} `,
      shape = `${name}${job?.made} ${length} ${number}`;
    if (shape !== drawn) {
      if (!drawn.startsWith(name)) sound = peaksOf();
      if (job) sound.gather(job);
      const strong = Array.from({ length: number }, (_, index) =>
        sound.between((index / number) * length, ((index + 1) / number) * length),
      );
      bars = heights(strong, (RATE * length) / number);
      drawn = shape;
    }
    brush.setTransform(sharp, 0, 0, sharp, 0, 0);
    brush.clearRect(0, 0, width, height);
    const made = job ? Math.min(width, place(job.end)) : 0;
    if (loop) {
      brush.fillStyle = colours.loop;
      brush.fillRect(place(loop[0]), 0, place(loop[1] - loop[0]), height);
    }
    if (made < width - 1) hatch(made, width, height);
    const heard = place(now);
    for (let index = 0; index * STEP < made; index += 1) {
      const x = index * STEP,
        tall = Math.max(2, bars[index] * (height - 4));
      brush.fillStyle = x + BAR / 2 <= heard ? colours.heard : colours.rest;
      brush.beginPath();
      brush.roundRect(x, (height - tall) / 2, BAR, tall, 1);
      brush.fill();
    }
    if (job && now > 0) {
      brush.fillStyle = colours.heard;
      brush.fillRect(Math.min(width - 2, heard), 0, 2, height);
    }
    if (pointed !== null && pointed !== undefined) {
      brush.fillStyle = colours.now;
      brush.fillRect(Math.min(width - 1, place(pointed)), 0, 1, height);
    }
  };
  const hatch = (from, width, height) => {
    const low = height * 0.3,
      high = height * 0.7;
    brush.save();
    brush.beginPath();
    brush.rect(from + 2, low, width - from - 2, high - low);
    brush.clip();
    brush.strokeStyle = colours.hatch;
    brush.lineWidth = 1.5;
    brush.beginPath();
    // On a grid of the whole width, so that it stands still while it is eaten up.
    for (let x = Math.floor(from / HATCH) * HATCH - height; x < width + HATCH; x += HATCH) {
      brush.moveTo(x, high);
      brush.lineTo(x + (high - low), low);
    }
    brush.stroke();
    brush.restore();
  };
  new ResizeObserver(again).observe(canvas);
  return draw;
};
