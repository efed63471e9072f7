// Tabs that few open: their scripts come when they are opened first (LATE in studio/shell.py).
import { onView } from "./router.js";

const LATE = { system: "./system.js", models: "./models.js" };

onView((name) => {
  // Without the server there is none; opened again, the tab asks again.
  if (LATE[name]) import(new URL(LATE[name], import.meta.url)).catch(() => {});
});
