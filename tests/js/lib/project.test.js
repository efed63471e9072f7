import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { browser, forgetAll, page } from "../support/page.js";
import { refusal, serve, settled, stopClock } from "../support/server.js";

const PRODUCT = "../../../indextts/studio/lib/project.js";
let clock = null,
  loads = 0,
  locks = [];
beforeEach(() => {
  forgetAll();
  page.quiet();
  browser.quiet();
  page.hidden = false;
  locks = [];
  navigator.locks = {
    request: async () => {},
    query: async () => ({ held: locks.map((name) => ({ name })) }),
  };
  clock = stopClock();
});
afterEach(() => clock.goOn());

// A window: its modules begun anew, with a text and settings of its own.
const openWindow = async (text = "", settings = { speed: 1 }) => {
  loads += 1;
  const module = await import(`${PRODUCT}?window=${loads}`);
  const inside = { text, settings, shown: null };
  module.keeps({
    read: () => ({ text: inside.text, settings: inside.settings }),
    write: (contents) => {
      inside.shown = contents;
      Object.assign(inside, { text: contents.text, settings: contents.settings });
    },
  });
  return {
    ...module,
    inside,
    // As the page does once it stands.
    begin: async () => {
      const contents = await module.contentsToShow();
      module.restored();
      return contents;
    },
    write: (text) => {
      inside.text = text;
      module.touched();
    },
  };
};
const kept = (more = {}) => ({
  ...{ id: "p1", name: "", title: "Hello", revision: 1, favourite: false },
  ...{ text: "Hello.", settings: { speed: 1 }, speakers: null, newest: null },
  ...more,
});
// A server that keeps projects as the real one does: a change of an old revision is refused.
// This browser was the one that wrote the last of them.
const keeper = (...projects) => {
  if (projects.length) localStorage.setItem("indextts.project", projects.at(-1).id);
  const all = new Map(projects.map((one) => [one.id, one]));
  const asked = serve(({ method, path, body }) => {
    const id = path.split(/[/?]/)[3];
    if (path.startsWith("/v1/jobs")) return { jobs: [] };
    if (method === "GET" && !id?.startsWith("p")) return { projects: [], newest: [...all.values()].at(-1) ?? null };
    if (method === "POST") {
      const made = kept({ ...JSON.parse(body), id: `p${all.size + 1}`, revision: 1 });
      all.set(made.id, made);
      return made;
    }
    const one = all.get(id);
    if (!one) return refusal(404, "no_project");
    if (method === "GET") return one;
    const { revision, ...fields } = JSON.parse(body);
    if (revision !== undefined && revision !== one.revision) return refusal(409, "project_changed");
    const title = (fields.text ?? one.title).slice(0, 5);
    all.set(id, { ...one, title, ...fields, revision: one.revision + 1 });
    return all.get(id);
  });
  return { all, asked, changes: () => asked.filter(({ method }) => method !== "GET") };
};

test("a page that opens shows the project that its browser has had last", async () => {
  keeper(kept());
  const here = await openWindow();
  const { text } = await here.begin();
  assert.equal(text, "Hello.");
  assert.equal(here.project().id, "p1");
  assert.equal(here.inside.shown.text, "Hello.");
});

test("a browser that is new begins a project of its own, and may go on with the last one", async () => {
  keeper(kept());
  forgetAll();
  const here = await openWindow();
  const offered = [];
  here.onOffer((one) => offered.push(one.id));
  const { text } = await here.begin();
  assert.deepEqual([text, here.project().id, offered], ["", "", ["p1"]]);
  await here.openProject("p1");
  assert.equal(here.inside.text, "Hello.");
  // From now on this browser knows it.
  assert.equal(localStorage.getItem("indextts.project"), "p1");
});

const ARTICLE = "上周六我在重庆的一家银行门口排了四十分钟的队，前面的人都在说话。";
const OTHER = "城市议会昨天开会，决定今年秋天再修三座桥，预算还没有定下来。";
test("a text that has nothing of the one before becomes a project of its own", async () => {
  const { all, changes } = keeper(kept({ text: ARTICLE, title: "上周六" }));
  const here = await openWindow();
  const parted = [];
  here.onParting((name) => parted.push(name));
  await here.begin();
  here.write(`${ARTICLE}再见。`);
  await here.save();
  assert.deepEqual([here.project().id, parted], ["p1", []]);
  // Whoever writes it letter by letter, over what stood there, has saved a beginning of it in the old one.
  here.write("城市议会");
  await here.save();
  here.write(OTHER);
  await here.save();
  await settled();
  assert.equal(here.project().id, "p2");
  assert.equal(all.get("p2").text, OTHER);
  assert.equal(all.get("p1").text, `${ARTICLE}再见。`);
  assert.equal(parted.length, 1);
  here.write(`${OTHER}完。`);
  await here.save();
  assert.deepEqual([here.project().id, all.size], ["p2", 2]);
  assert.ok(changes().every(({ status }) => status === undefined || status < 400));
});

// A window in which the beginning of another text is kept in the project of the first one.
const begunAnother = async (beginning = "城市议会") => {
  const server = keeper(kept({ text: ARTICLE, title: "上周六" }));
  const here = await openWindow();
  const parted = [];
  here.onParting((name) => parted.push(name));
  await here.begin();
  here.write(beginning);
  await here.save();
  assert.equal(server.all.get("p1").text, beginning);
  return { ...server, here, parted };
};
// What the server answers now; `hears` where the question arrives, and only the answer is lost.
const away = (hears = false) => {
  const real = globalThis.fetch;
  globalThis.fetch = async (...given) => {
    if (hears) await real(...given);
    throw new TypeError("away");
  };
  return () => {
    globalThis.fetch = real;
  };
};
const texts = (all) => [...all.values()].map(({ text }) => text);

for (const hears of [false, true])
  for (const ways of ["after a while", "at once where the browser says so", "by the next page"])
    test(`a project has its text back ${ways}, where ${hears ? "the answer" : "the question"} was lost`, async () => {
      const { all, here } = await begunAnother();
      const back = away(hears);
      here.write(OTHER);
      await here.save();
      await settled();
      back();
      if (ways === "after a while") await clock.pass(5000);
      else if (ways === "by the next page") {
        page.quiet();
        browser.quiet();
        await (await openWindow()).begin();
        await clock.pass(700);
      } else browser.happens("online");
      await settled();
      assert.equal(all.get("p1").text, ARTICLE);
      assert.ok(texts(all).includes(OTHER));
      assert.equal(localStorage.getItem("indextts.owed.p1"), null);
    });

test("what somebody else has written there since stays, and the text becomes a project beside it", async () => {
  const { all, here } = await begunAnother();
  const back = away();
  here.write(OTHER);
  await here.save();
  back();
  all.set("p1", kept({ text: "Theirs.", revision: 9 }));
  await clock.pass(5000);
  assert.equal(all.get("p1").text, "Theirs.");
  assert.deepEqual([texts(all).includes(ARTICLE), texts(all).includes(OTHER)], [true, true]);
});

test("a reload between the beginning of another text and the rest of it loses neither", async () => {
  const { all } = await begunAnother();
  page.quiet();
  browser.quiet();
  const here = await openWindow();
  assert.equal((await here.begin()).text, "城市议会");
  here.write(OTHER);
  await here.save();
  await settled();
  assert.deepEqual([all.get("p1").text, here.project().id], [ARTICLE, "p2"]);
});

test("a text that a crash left unsaved over another one becomes a project of its own", async () => {
  const { all } = keeper(kept({ text: ARTICLE }));
  localStorage.setItem(
    "indextts.unsaved.p1",
    JSON.stringify({ text: OTHER, settings: { speed: 1 }, speakers: null, id: "p1", revision: 1, sent: "" }),
  );
  const here = await openWindow();
  await here.begin();
  await clock.pass(5000);
  assert.deepEqual(texts(all), [ARTICLE, OTHER]);
  assert.equal(here.savingState(), "saved");
});

test("what is unsaved stays so where the server does not answer a page that opens", async () => {
  const { all } = keeper(kept());
  const back = away();
  localStorage.setItem(
    "indextts.unsaved.p1",
    JSON.stringify({ text: "Hello, you.", settings: { speed: 1 }, speakers: null, id: "p1", revision: 1, sent: "" }),
  );
  sessionStorage.setItem("indextts.project", "p1");
  const here = await openWindow();
  assert.equal((await here.begin()).text, "Hello, you.");
  await clock.pass(5000);
  assert.ok(localStorage.getItem("indextts.unsaved.p1"));
  back();
  await clock.pass(5000);
  assert.equal(all.get("p1").text, "Hello, you.");
});

test("the notice names the project as it is called once it has its text back", async () => {
  const { here, parted } = await begunAnother("离线之前。");
  assert.equal(here.project().title, "离线之前。");
  here.write(OTHER);
  await here.save();
  assert.deepEqual(parted, ["上周六"]);
});

test("a project that was given a name is a place for several texts", async () => {
  const { all } = keeper(kept({ text: ARTICLE, name: "播客" }));
  const here = await openWindow();
  await here.begin();
  here.write(OTHER);
  await here.save();
  assert.deepEqual([here.project().id, all.size], ["p1", 1]);
});

test("what another window works on is left to it: this one begins a project of its own", async () => {
  keeper(kept());
  locks = ["indextts.project.p1"];
  const here = await openWindow();
  await here.begin();
  assert.deepEqual([here.project().id, here.inside.text], ["", ""]);
});

test("nothing is kept while nothing is written", async () => {
  const { changes } = keeper();
  const here = await openWindow();
  await here.begin();
  here.write("  \n ");
  await clock.pass(60000);
  assert.equal(changes().length, 0);
});

test("what is written is kept a moment after the last key, once", async () => {
  const { changes, all } = keeper(kept());
  const here = await openWindow();
  await here.begin();
  for (const text of ["H", "Ha", "Hal"]) {
    here.write(text);
    await clock.pass(600);
  }
  assert.equal(changes().length, 0);
  assert.equal(here.savingState(), "saving");
  await clock.pass(100);
  await settled();
  assert.equal(changes().length, 1);
  assert.equal(all.get("p1").text, "Hal");
  assert.equal(here.savingState(), "saved");
  assert.equal(here.project().revision, 2);
});

test("who never stops writing is kept all the same, every five seconds", async () => {
  const { changes } = keeper(kept());
  const here = await openWindow();
  await here.begin();
  for (let at = 0; at < 10000; at += 500) {
    here.write(`text ${at}`);
    await clock.pass(500);
    await settled();
  }
  assert.equal(changes().length, 2);
});

test("what is written while something is kept is kept afterwards", async () => {
  const { changes, all } = keeper(kept());
  const here = await openWindow();
  await here.begin();
  here.write("one");
  const saving = here.save();
  here.write("two");
  await saving;
  await clock.pass(5000);
  await settled();
  assert.deepEqual(changes().map(({ body }) => JSON.parse(body).text), ["one", "two"]);
  assert.equal(all.get("p1").text, "two");
});

test("what was changed and changed back is not sent", async () => {
  const { changes } = keeper(kept());
  const here = await openWindow();
  await here.begin();
  here.write("other");
  here.write("Hello.");
  await clock.pass(60000);
  await settled();
  assert.equal(changes().length, 0);
});

test("the order in which settings stand makes no difference", async () => {
  const { changes } = keeper(kept({ settings: { speed: 1, voice: "a", sampling: { k: 1, p: 2 } } }));
  const here = await openWindow();
  await here.begin();
  here.inside.settings = { sampling: { p: 2, k: 1 }, voice: "a", speed: 1 };
  here.touched();
  await clock.pass(60000);
  assert.equal(changes().length, 0);
});

test("the first thing that is written makes a project, whose id every later change names", async () => {
  const { asked } = keeper();
  const here = await openWindow();
  await here.begin();
  here.write("First.");
  assert.equal(await here.projectId(), "p1");
  here.write("Second.");
  await here.save();
  assert.deepEqual(
    asked.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`),
    ["POST /v1/projects", "PATCH /v1/projects/p1"],
  );
});

test("until the server has it, what is written stands in the browser", async () => {
  keeper(kept());
  const here = await openWindow();
  await here.begin();
  here.write("Not sent yet 𠮷\r\n");
  await clock.pass(250);
  const { text, id, revision } = JSON.parse(localStorage.getItem("indextts.unsaved.p1"));
  assert.deepEqual([text, id, revision], ["Not sent yet 𠮷\r\n", "p1", 1]);
  await here.save();
  assert.equal(localStorage.getItem("indextts.unsaved.p1"), null);
});

test("a window that comes back after a crash brings what the server has not got", async () => {
  keeper(kept());
  const gone = await openWindow();
  await gone.begin();
  gone.write("Written before the crash.");
  await clock.pass(250);
  page.quiet();
  browser.quiet();
  const { all } = keeper(kept());
  const here = await openWindow();
  const { text } = await here.begin();
  assert.equal(text, "Written before the crash.");
  await clock.pass(5000);
  await settled();
  assert.equal(all.get("p1").text, "Written before the crash.");
});

test("a server that does not answer is tried again after four seconds", async () => {
  let away = false;
  const { all } = keeper(kept());
  const real = globalThis.fetch;
  let tries = 0;
  globalThis.fetch = (...given) => {
    if (given[1]?.method === "PATCH") tries += 1;
    return away ? Promise.reject(new TypeError("away")) : real(...given);
  };
  const here = await openWindow();
  await here.begin();
  away = true;
  here.write("While it is away.");
  await clock.pass(700);
  await settled();
  assert.deepEqual([here.savingState(), tries], ["unsaved", 1]);
  await clock.pass(4000);
  await settled();
  assert.equal(tries, 2);
  away = false;
  await clock.pass(4000);
  await settled();
  assert.deepEqual([here.savingState(), all.get("p1").text], ["saved", "While it is away."]);
});

test("what the server refuses for good is not sent again and again", async () => {
  const { all } = keeper(kept());
  const here = await openWindow();
  await here.begin();
  const asked = serve(() => refusal(422, "text_too_long"));
  here.write("Too long.");
  await clock.pass(120000);
  await settled();
  assert.equal(asked.filter(({ method }) => method === "PATCH").length, 1);
  assert.equal(here.savingState(), "unsaved");
  assert.equal(all.get("p1").text, "Hello.");
});

const torn = async () => {
  const { all } = keeper(kept());
  const here = await openWindow();
  let asked = 0;
  here.onConflict(() => (asked += 1));
  await here.begin();
  all.set("p1", kept({ text: "Theirs.", revision: 2 }));
  here.write("Mine.");
  await clock.pass(700);
  await settled();
  return { here, all, conflicts: () => asked };
};

test("where another window was faster a person is asked, and nothing is kept before", async () => {
  const { here, all, conflicts } = await torn();
  assert.deepEqual([here.savingState(), conflicts()], ["torn", 1]);
  here.write("Mine, and more.");
  await clock.pass(60000);
  await settled();
  assert.equal(all.get("p1").text, "Theirs.");
  assert.equal(conflicts(), 1);
});

test("of two versions mine goes on and theirs becomes a project beside it", async () => {
  const { here, all } = await torn();
  const { aside } = await here.keepBoth(true, (title) => `${title} (2)`);
  assert.equal(aside, "Hello (2)");
  assert.equal(all.get("p1").text, "Mine.");
  assert.deepEqual([all.get("p2").text, all.get("p2").name], ["Theirs.", "Hello (2)"]);
  assert.equal(here.savingState(), "saved");
});

test("of two versions theirs goes on and mine becomes a project beside it", async () => {
  const { here, all } = await torn();
  await here.keepBoth(false, (title) => `${title} (2)`);
  assert.equal(all.get("p1").text, "Theirs.");
  assert.equal(all.get("p2").text, "Mine.");
  assert.equal(here.inside.text, "Theirs.");
});

test("a project that was deleted elsewhere is begun anew with what is written here", async () => {
  const { all, asked } = keeper(kept());
  const here = await openWindow();
  await here.begin();
  all.delete("p1");
  here.write("Still here.");
  await clock.pass(1400);
  await settled();
  assert.ok(asked.some(({ method, path }) => method === "POST" && path === "/v1/projects"));
  assert.deepEqual([...all.values()].map(({ text }) => text), ["Still here."]);
});

test("a page that is left sends what it has at once, so that it outlives the page", async () => {
  const { changes } = keeper(kept());
  const here = await openWindow();
  await here.begin();
  here.write("The last words.");
  browser.happens("pagehide");
  await settled();
  assert.equal(changes().length, 1);
  assert.equal(changes()[0].keepalive, true);
});

test("what is too large to outlive a page is sent without that, and stands in the browser", async () => {
  const { changes } = keeper(kept());
  const here = await openWindow();
  await here.begin();
  here.write("字".repeat(25000)); // 75,000 bytes
  browser.happens("pagehide");
  assert.ok(localStorage.getItem("indextts.unsaved.p1"));
  await settled();
  assert.equal(changes()[0].keepalive, false);
});

test("another project is opened only after what is written is kept", async () => {
  const { all } = keeper(kept({ id: "p2", text: "Two." }), kept());
  const here = await openWindow();
  await here.begin();
  here.write("One, changed.");
  assert.deepEqual(await here.openProject("p2"), {});
  assert.equal(all.get("p1").text, "One, changed.");
  assert.deepEqual([here.project().id, here.inside.text], ["p2", "Two."]);
});

test("a project that is not there leaves the open one as it is", async () => {
  keeper(kept());
  const here = await openWindow();
  await here.begin();
  assert.equal((await here.openProject("p9")).code, "no_project");
  assert.equal(here.project().id, "p1");
});

test("where what is written cannot be kept no other project is opened", async () => {
  keeper(kept());
  const here = await openWindow();
  await here.begin();
  serve(() => undefined);
  here.write("Cannot be kept.");
  assert.deepEqual(await here.newProject(), { error: true, torn: false });
  assert.equal(here.inside.text, "Cannot be kept.");
});

test("a new project keeps the settings and has no text", async () => {
  keeper(kept({ settings: { speed: 1.5 } }));
  const here = await openWindow();
  await here.begin();
  await here.newProject();
  assert.deepEqual([here.project().id, here.inside.text, here.inside.settings], ["", "", { speed: 1.5 }]);
});

test("a window that is looked at again shows what another one has written since", async () => {
  const { all } = keeper(kept());
  const here = await openWindow();
  await here.begin();
  all.set("p1", kept({ text: "Newer.", revision: 5 }));
  page.happens("visibilitychange");
  await settled();
  assert.equal(here.inside.text, "Newer.");
  assert.equal(here.project().revision, 5);
});

test("a window that is left alone is told of what was written elsewhere, and shows it", async () => {
  const { all } = keeper(kept());
  const here = await openWindow();
  const told = [];
  here.onRenewed(() => told.push("renewed"));
  await here.begin();
  all.set("p1", kept({ text: "Hello there.", revision: 2 }));
  await clock.pass(16000);
  await settled();
  assert.deepEqual([here.inside.text, told], ["Hello there.", ["renewed"]]);
});

test("a window that is looked at again keeps what is written in it", async () => {
  const { all } = keeper(kept());
  const here = await openWindow();
  await here.begin();
  all.set("p1", kept({ text: "Newer.", revision: 5 }));
  here.write("Mine.");
  page.happens("visibilitychange");
  await settled();
  assert.equal(here.inside.text, "Mine.");
});

test("a name that is given shows at once; one of another project changes nothing here", async () => {
  keeper(kept({ id: "p2" }), kept());
  const here = await openWindow();
  await here.begin();
  await here.changeProject("p1", { name: "Mine", title: "Mine" });
  assert.equal(here.project().name, "Mine");
  await here.changeProject("p2", { name: "Other", title: "Other" });
  assert.equal(here.project().name, "Mine");
});

test("a draft of a version before there were projects is not lost", async () => {
  keeper();
  localStorage.setItem("indextts.draft", "An old draft.");
  const here = await openWindow();
  assert.equal((await here.begin()).text, "An old draft.");
  assert.equal(localStorage.getItem("indextts.draft"), null);
});

test("a record in the browser that is broken is passed over", async () => {
  keeper(kept());
  for (const [name, record] of [
    ["a", "{"],
    ["b", "null"],
    ["c", '{"text": 1, "settings": {}}'],
    ["d", '{"text": "x"}'],
  ])
    localStorage.setItem(`indextts.unsaved.${name}`, record);
  const here = await openWindow();
  assert.equal((await here.begin()).text, "Hello.");
});

const LEFT = { text: "Left.", settings: { speed: 1 }, speakers: null, id: "", revision: 0, sent: "" };
const record = (more) => JSON.stringify({ ...LEFT, ...more });

test("what a window that is gone has left is found by the next one, and kept once", async () => {
  const { all } = keeper();
  localStorage.setItem("indextts.unsaved.gone", record());
  const here = await openWindow();
  assert.equal((await here.begin()).text, "Left.");
  await clock.pass(700);
  await settled();
  assert.deepEqual([...all.values()].map(({ text }) => text), ["Left."]);
  assert.equal(localStorage.getItem("indextts.unsaved.gone"), null);
});

test("what a window that is still open has not saved yet is its own", async () => {
  keeper(kept());
  localStorage.setItem("indextts.unsaved.other", record());
  locks = ["indextts.project.other"];
  const here = await openWindow();
  assert.equal((await here.begin()).text, "Hello.");
  assert.ok(localStorage.getItem("indextts.unsaved.other"));
});

test("a project that was kept without its answer being heard is not made a second time", async () => {
  const made = kept({ text: "Left." });
  const { changes } = keeper(made);
  const sent = JSON.stringify({ settings: { speed: 1 }, speakers: null, text: "Left." });
  localStorage.setItem("indextts.unsaved.gone", record({ text: "Left, and more.", sent }));
  const here = await openWindow();
  await here.begin();
  await clock.pass(700);
  await settled();
  assert.deepEqual(changes().map(({ method, path }) => `${method} ${path}`), ["PATCH /v1/projects/p1"]);
  assert.equal(JSON.parse(changes()[0].body).text, "Left, and more.");
});

test("what was left of a project that another window has changed since is asked about, not written over", async () => {
  const { all } = keeper(kept({ text: "Theirs.", revision: 3 }));
  localStorage.setItem("indextts.unsaved.p1", record({ id: "p1", revision: 2 }));
  const here = await openWindow();
  let conflicts = 0;
  here.onConflict(() => (conflicts += 1));
  await here.begin();
  await clock.pass(5000);
  await settled();
  assert.deepEqual([conflicts, all.get("p1").text, here.inside.text], [1, "Theirs.", "Left."]);
});

test("what is written before the page knows its project outlives a page that is left at once", async () => {
  serve(() => new Promise(() => {}));
  const gone = await openWindow("Typed early.");
  gone.contentsToShow();
  await settled();
  browser.happens("pagehide");
  page.quiet();
  browser.quiet();
  keeper(kept());
  const here = await openWindow();
  assert.equal((await here.begin()).text, "Typed early.");
});

test("a page that is hidden keeps what is written at once, and so does one that is online again", async () => {
  const { changes } = keeper(kept());
  const here = await openWindow();
  await here.begin();
  here.write("Hidden.");
  page.hidden = true;
  page.happens("visibilitychange");
  await settled();
  assert.equal(changes().length, 1);
  here.write("Online.");
  browser.happens("online");
  await settled();
  assert.equal(changes().length, 2);
});

test("while the server is away neither of two versions is given up", async () => {
  const { here, all } = await torn();
  serve(() => undefined);
  assert.ok((await here.keepBoth(false, (title) => title)).error);
  assert.deepEqual([here.inside.text, all.size], ["Mine.", 1]);
  assert.equal(here.savingState(), "torn");
});

test("a project that was deleted is left for an empty one, and nothing of it stays in the browser", async () => {
  const { changes } = keeper(kept());
  const here = await openWindow();
  await here.begin();
  here.write("Unsaved.");
  await clock.pass(250);
  await here.leaveProject();
  await clock.pass(60000);
  assert.deepEqual([here.project().id, here.inside.text, changes().length], ["", "", 0]);
  assert.equal(localStorage.getItem("indextts.unsaved.p1"), null);
});

test("opening a project brings its latest take to be heard", async () => {
  keeper(kept({ id: "p2" }), kept());
  const here = await openWindow(),
    opened = [];
  await here.begin();
  const keeping = globalThis.fetch;
  globalThis.fetch = (address, ...more) =>
    String(address).includes("/v1/jobs?project=p2")
      ? Promise.resolve(Response.json({ jobs: [{ id: "take" }] }))
      : keeping(address, ...more);
  page.addEventListener("studio:open-take", ({ detail }) => opened.push(detail));
  await here.openProject("p2");
  assert.deepEqual(opened, [{ job: "take", play: false, quietly: false }]);
});
