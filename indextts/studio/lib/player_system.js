// What plays, told to the system: its title on a locked screen, and the keys of a keyboard or a headset.
import { fill } from "./dom.js";

const SKIP_S = 5;

export const offerToSystem = (player, job) => {
  const session = navigator.mediaSession;
  if (!session) return;
  const [first] = job?.segments ?? [];
  session.metadata = job
    ? new MediaMetadata({
        title: player.title || fill("player"),
        artist: first?.voice || "",
        album: "IndexTTS Studio",
      })
    : null;
  const acts = {
    play: player.play,
    pause: player.pause,
    seekbackward: ({ seekOffset }) => player.seekTo(player.now - (seekOffset || SKIP_S)),
    seekforward: ({ seekOffset }) => player.seekTo(player.now + (seekOffset || SKIP_S)),
    seekto: ({ seekTime }) => player.seekTo(seekTime),
    previoustrack: () => player.step(-1),
    nexttrack: () => player.step(1),
  };
  for (const [name, act] of Object.entries(acts)) {
    try {
      session.setActionHandler(name, job ? act : null);
    } catch {
      /* a browser that does not know this one */
    }
  }
};
// Where it is, for the system's own bar.
export const tellSystem = (job, now, speed) => {
  try {
    navigator.mediaSession?.setPositionState?.(
      job?.end ? { duration: job.end, position: Math.min(now, job.end), playbackRate: speed } : undefined,
    );
  } catch {
    /* a length that it does not take */
  }
};
