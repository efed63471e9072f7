// The player's keys: arrows go five seconds back and on, comma and full stop a sentence; Space, which plays and pauses,
// is the tab's (tabs/speak/tab.js). Where a key means something to what has the focus, it is left to that.
export const TYPED =
  "input, textarea, select, [contenteditable], [role=listbox], [role=option], [role=combobox], [role=dialog]";
// To these Space means something: a link it does not open.
export const KEYED =
  "input, textarea, select, button, summary, [contenteditable], [role=listbox], [role=option]" +
  ", [tabindex]:not([tabindex='-1'])";
export const TAKEN = "[tabindex]:not([tabindex='-1']), audio, video, summary";

export const onPlayerKeys = (player, { steps, pages, bar }) => {
  const { root } = player;
  const done = {
    ArrowLeft: () => player.seekTo(player.now - steps),
    ArrowRight: () => player.seekTo(player.now + steps),
    ",": () => player.step(-1),
    ".": () => player.step(1),
  };
  // On the picture, as on any slider.
  const slid = {
    ArrowDown: done.ArrowLeft,
    ArrowUp: done.ArrowRight,
    PageDown: () => player.seekTo(player.now - pages),
    PageUp: () => player.seekTo(player.now + pages),
    Home: () => player.seekTo(0),
    End: () => player.seekTo(Infinity),
    " ": player.toggle,
    Enter: player.toggle,
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const focus = document.activeElement,
      inside = root.contains(focus);
    if (!player.job || !root.getClientRects().length) return;
    if (focus?.closest(TYPED)) return;
    if (!inside && focus?.closest(TAKEN)) return;
    const act = (focus === bar && slid[event.key]) || done[event.key];
    if (!act || (event.shiftKey && event.key.length > 1)) return;
    event.preventDefault();
    act();
  });
};
