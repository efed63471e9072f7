// Undo and redo belong to the field that has the focus: Chromium would take back what was typed last in any other one,
// also where that is hidden.
document.addEventListener(
  "beforeinput",
  (event) => {
    if (event.inputType.startsWith("history") && !event.target.contains(document.activeElement)) event.preventDefault();
  },
  true,
);
