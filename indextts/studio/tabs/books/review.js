// Review: the text follows the sound, from part to part and chapter to chapter. What is heard wrong is set right where
// it stands, here or in the whole book; then what that changes is spoken again, and the sentence is heard at once.
import { fill, iconButton, make, put, putStatus } from "../../lib/dom.js";
import { clock } from "../../lib/player_parts.js";
import { view } from "../../lib/router.js";
import { closeFix, fixed, inScope, openFix } from "../speak/fix.js";
import { follow } from "../speak/scrolling.js";
import { READ } from "./doubts.js";
import { MARKS } from "./marks.js";
import { nameOf as personOf, present } from "./people.js";
import { asItWas, isUnsure } from "./quotations.js";
import { LIST } from "./review_list.js";
import { textOf } from "./review_text.js";
import { given, whoMenu } from "./who.js";
import { isUnderWay, stateOf } from "./words.js";

const BOX = "#book .review-text",
  KEEP_MS = 5000, // so often the place is kept while something is heard
  STEP_S = 1.5, // between two pictures of the screen the sound goes on by less
  LOOK_MS = 400, // so often it is looked for while a person waits to hear it
  BEFORE_S = 1,
  AFTER_S = 2.5,
  LINE_S = 12, // so much of a sentence is heard where all of it is in doubt
  MOST = 500; // doubtful places of a chapter
const TYPED = "input, textarea, select, [contenteditable], [role=menu], [role=listbox], [role=dialog]";

let desk = null; // { root, book, shell, number, chapter, text, marks, list, word, awaited, … }

const nameOf = ({ title, number }) => title || fill("chapter_untitled", { number });
const chapterAt = (number) => desk.book.chapters[number - 1];
const partsOf = (book) =>
  book.chapters.flatMap(({ number, on, parts }) => (on ? parts.map((part) => ({ ...part, chapter: number })) : []));
const firstOn = () => (desk.book.chapters.find(({ on }) => on) || { number: 1 }).number;
const heard = () => partsOf(desk.book).filter((part) => part.segments_done);
const partOf = (job) => heard().find((part) => part.job === job);

// The frame.
const showHead = () => {
  const { head, book, number } = desk,
    [back, field, on, again] = head.children,
    parts = heard(),
    sign = JSON.stringify(book.chapters.map((one) => [nameOf(one), one.parts.some((part) => part.segments_done)]));
  if (field.dataset.sign !== sign) {
    field.dataset.sign = sign;
    field.replaceChildren(
      ...book.chapters.map((one) =>
        make(
          "option",
          { value: String(one.number) },
          one.parts.some((part) => part.segments_done) ? nameOf(one) : fill("listen_not_yet", { name: nameOf(one) }),
        ),
      ),
    );
  }
  field.value = String(number);
  back.disabled = number <= 1;
  on.disabled = number >= book.chapters.length;
  const { place } = desk.marks,
    at = place && chapterAt(place.chapter) && parts.length ? place : null;
  again.disabled = !parts.length;
  const words = at
    ? fill("listen_on", { chapter: nameOf(chapterAt(at.chapter)), time: clock(at.at_s) })
    : fill("listen_begin");
  put(again, words);
  desk.mark.disabled = !partOf(desk.shell.player.job?.id);
  if (desk.later?.chapter !== desk.number) desk.later = null;
  const told = parts.length
    ? fill(desk.later ? "review_later" : desk.awaited ? "review_speaking" : "review_hint")
    : isUnderWay(book.job)
      ? stateOf(book).text
      : fill("listen_none");
  putStatus(desk.told, told, !parts.length && isUnderWay(book.job));
};
const showSide = (name) => {
  desk.side = name;
  for (const tab of desk.tabs.children) tab.setAttribute("aria-pressed", String(tab.dataset.side === name));
  desk.list.root.hidden = name !== "checks";
  desk.marks.root.hidden = name !== "marks";
};
const counted = (name) => (count) => {
  const [tab] = [...(desk?.tabs.children ?? [])].filter(({ dataset }) => dataset.side === name);
  tab?.querySelector(".chip-count").replaceChildren(String(count));
};

// A chapter with what is spoken of it. Whoever looks for a word in it waits until it is there.
const open = (number) => (desk.opening = opening(number));
const opening = async (number) => {
  const mine = desk,
    asked = (desk.asked += 1);
  desk.number = Math.max(1, Math.min(number, desk.book.chapters.length));
  showHead();
  const chapter = await mine.shell.rest("GET", `/chapters/${desk.number}`);
  if (desk !== mine || asked !== mine.asked) return;
  if (chapter.error) {
    mine.shell.say(chapter);
    return;
  }
  // The same chapter, told anew, stays where it was, and so does the focus.
  const before = mine.chapter?.number === chapter.number ? mine.text : null,
    held = before?.held(),
    top = before?.place.scrollTop ?? 0;
  mine.chapter = chapter;
  mine.text = textOf(chapter, nameOf(chapterAt(mine.number)));
  mine.page.replaceChildren(mine.text.place);
  mine.text.place.scrollTop = top;
  mine.known = new Map();
  if (!before) mine.last = NaN;
  await Promise.all([placeParts(), dot()]);
  if (desk === mine && held && document.activeElement === document.body) mine.text.hold(held);
};
// What is spoken of it, as far as that is not known yet.
const placeParts = async () => {
  const mine = desk,
    { text, known } = mine,
    parts = chapterAt(mine.number)?.parts ?? [];
  text.keep(parts.map(({ job }) => job));
  for (const part of parts) {
    const sign = `${part.segments_done} ${part.status}`;
    if (!part.segments_done || known.get(part.job) === sign) continue;
    known.set(part.job, sign);
    const told = await mine.shell.rest("GET", `/parts/${encodeURIComponent(part.job)}`);
    if (desk !== mine || mine.text !== text) return;
    if (told.error) known.delete(part.job);
    else text.put(told);
  }
  const { player } = mine.shell;
  if (player.job) timed({ detail: { now: player.now, job: player.job.id, playing: false } });
  arrived();
};
const dot = async () => {
  const mine = desk,
    { text } = mine;
  const answer = await mine.shell.rest("GET", `/doubts?chapter=${mine.number}&limit=${MOST}`);
  if (desk === mine && mine.text === text && !answer.error)
    text.dot(answer.doubts.filter(({ kind }) => READ.includes(kind)));
};

// The sound.
const timed = ({ detail: { now, job, playing } }) => {
  const part = job && partOf(job);
  if (!part) {
    desk.text?.at(null);
    return;
  }
  if (part.chapter !== desk.number && playing && job !== desk.seen) open(part.chapter);
  const jumped = job !== desk.seen || !(now >= desk.last && now - desk.last < STEP_S),
    lit = desk.text?.at(job, now) ?? null;
  Object.assign(desk, { seen: job, last: now });
  if (desk.range && now < desk.range[0] - STEP_S) desk.range = null; // a person has gone elsewhere
  if (jumped) desk.said = "";
  if (lit && (lit !== desk.lit || jumped)) {
    follow(lit, jumped, BOX);
    desk.said = desk.text.words();
  }
  desk.lit = lit ?? desk.lit;
  desk.here = { job, at_s: Math.max(0, now), chapter: part.chapter, text: desk.said };
  if (playing && now > 0 && Date.now() - desk.kept > KEEP_MS) keep();
};
const keep = () => {
  if (!desk?.here) return;
  desk.kept = Date.now();
  desk.marks.stay({ ...desk.here, at_s: Math.round(desk.here.at_s * 10) / 10 });
};
addEventListener("pagehide", keep);
const play = (job, at = 0, ends = null) => {
  desk.range = ends === null ? null : [at, ends];
  desk.shell.play(job, { at, ends });
};
const opened = () => desk && showHead();
// After a part comes the next one, after the last one the next chapter that is spoken; not after a sentence alone.
const ended = () => {
  if (desk.range && desk.last <= desk.range[1] + STEP_S) return;
  const parts = heard(),
    at = parts.findIndex(({ job }) => job === desk.shell.player.job?.id);
  if (at >= 0 && parts[at + 1]) play(parts[at + 1].job);
};
// To where something was: by the part, or, where that was spoken anew, by its words; without them to the same time.
const goTo = async ({ job, at_s: at, chapter, text = "" }) => {
  const parts = heard(),
    known = parts.find((part) => part.job === job);
  if (known) {
    play(known.job, at);
    if (known.chapter !== desk.number) open(known.chapter);
    return;
  }
  await (chapterAt(chapter) && chapter !== desk.number ? open(chapter) : desk.opening);
  const found = desk?.text?.findText(text, at),
    own = parts.filter((part) => part.chapter === chapter),
    first = own[0] ?? parts[0];
  if (found) play(found.job, found.start_s);
  else if (first) play(first.job, own.length === 1 && at < first.duration_s ? at : 0);
};
// Where one was, before anything is heard.
const show = ({ job, at_s: at, text = "" }) => {
  const said = desk.text.findText(text, at),
    found = desk.text.at(job, desk.text.since(job, at)) ?? (said && desk.text.at(said.job, said.start_s));
  if (found) follow(found, true, BOX);
};
const hear = async (doubt) => {
  const mine = desk;
  await (doubt.chapter === desk.number ? desk.opening : open(doubt.chapter));
  if (desk !== mine) return;
  const long = !READ.includes(doubt.kind);
  play(doubt.job, Math.max(0, doubt.at_s - (long ? 0.1 : BEFORE_S)), doubt.at_s + (long ? LINE_S : AFTER_S));
  const word = ["length", "cue"].includes(doubt.kind) ? null : desk.text?.find(doubt.start, doubt.in_title);
  if (!word) return;
  desk.text.part(word.id).scrollIntoView({ block: "nearest" });
  openWord(word.id, doubt.count > 1);
};

// A word is opened: how it is read is asked for, and the dialog of the reading shows it. `wide`: one click fixes it in
// the whole book.
const openWord = async (id, wide = false) => {
  const mine = desk,
    wanted = (desk.wanted += 1),
    was = mine.text.part(id),
    clicked = mine.text.word(id);
  if (was?.classList.contains("open")) {
    closeFix();
    return;
  }
  const [job, segment, token] = id.split("."),
    told = await mine.shell.rest("GET", `/parts/${job}/words/${segment}/${token}`);
  const cast = mine.cast ?? present(await mine.shell.rest("GET", "/cast"));
  const part = mine.text.part(id);
  if (desk !== mine || mine.wanted !== wanted) return;
  if (told.status === 404) {
    openLater({ start: clicked.from, inTitle: clicked.sentence.in_title }, job, wide);
    return;
  }
  if (!part) return;
  if (told.error || cast.error) {
    mine.shell.say(told.error ? told : cast);
    return;
  }
  const { start_s: begins, sentence } = mine.text.word(id);
  Object.assign(mine, { cast, word: told, wide: wide || told.in_title });
  Object.assign(part.dataset, {
    reading: told.reading,
    shown: told.shown[told.reading],
    source: told.kind === "number" ? "rule" : told.rule,
    others: JSON.stringify(told.alternatives.map((one) => [one, told.shown[one]])),
    start: String(begins ?? sentence.start_s),
  });
  openFix(part);
};
// What is just being spoken again has no readings yet: it is opened when it is there.
const openLater = (place, job, wide) => {
  desk.later = { ...place, chapter: desk.number, but: [job], wide };
  showHead();
};
const choice = (text, pressed, more = {}) =>
  make("button", { type: "button", class: "choice", "aria-pressed": pressed, ...more }, text);
const row = (key, ...choices) =>
  make(
    "div",
    { class: "row", "data-row": key },
    make("span", { class: "row-name" }, fill(key)),
    make("div", { class: "choices", role: "group", "aria-label": fill(key) }, ...choices),
  );
// Its rows: where a reading holds, and who says the sentence.
const rows = () => {
  const { word, wide, chapter, cast } = desk,
    quotation = word.in_title ? null : chapter.quotations[word.quotation];
  const here = choice(fill("proof_here"), String(!wide), word.in_title ? { disabled: "" } : {}),
    book = choice(word.word && word.word !== word.text ? fill("review_book", word) : fill("proof_book"), String(wide));
  const where = (yes) => () => {
    desk.wide = yes;
    here.setAttribute("aria-pressed", String(!yes));
    book.setAttribute("aria-pressed", String(yes));
  };
  here.addEventListener("click", where(false));
  book.addEventListener("click", where(true));
  const found = [row("review_where", here, book)];
  if (quotation) {
    const name = personOf(quotation.speaker) + (isUnsure(quotation) ? "?" : ""),
      who = choice(`${name} ▾`, null, { "aria-haspopup": "menu", "aria-expanded": "false", "data-who": "" });
    const say = (answer) => desk?.shell.say(answer);
    who.addEventListener("click", () => whoMenu(who, { cast, quotation, give: giveTo(quotation), say }));
    found.push(row("proof_speaker", who));
  }
  return [make("div", { class: "rows" }, ...found)];
};

// What is decided is taken back by what stood there before.
const undone = (mine, place, back) => async () => {
  const answer = await back();
  if (answer.error) return answer;
  if (desk === mine) await speakAgain(place);
  return { said: fill("entry_undone") };
};
const placeOf = ({ chapter, start, in_title: inTitle }) => ({ chapter, start, inTitle });
const ask = async ({ number, reading }) => {
  const mine = desk,
    { shell, word, wide, chapter } = mine,
    words = wide ? await shell.rest("GET", "/words") : null;
  let answer = words?.error
    ? words
    : await shell.revised("POST", "/fix", { word: word.id, reading, scope: wide ? "book" : "here" });
  // Its part is being spoken again, and is another one by now.
  if (answer.status === 404 && !wide && !word.in_title && word.kind !== "number") answer = await kept(word, reading);
  if (desk !== mine) return;
  if (answer.status === 404) {
    closeFix();
    openLater(placeOf(word), word.id.split(".")[0], wide);
    return;
  }
  if (answer.error) {
    fixed({ number, error: answer.error });
    return;
  }
  closeFix();
  const back = () =>
    words
      ? shell.revised("PUT", "/words", { words: words.words })
      : shell.revised("PATCH", `/chapters/${word.chapter}`, { text: chapter.text, fixes: chapter.fixes });
  const { scope, places: count } = answer;
  shell.say({
    said: toldThen(scope === "book" ? "review_fixed_book" : "review_fixed", { text: answer.word || word.text, count }),
    undo: undone(mine, placeOf(word), back),
  });
  await speakAgain(placeOf(word), answer.parts);
};
const kept = async ({ chapter: number, start, end }, reading) => {
  const { shell } = desk,
    there = await shell.rest("GET", `/chapters/${number}`),
    others = there.fixes?.filter((one) => one.end <= start || end <= one.start);
  if (there.error) return there;
  const answer = await shell.revised("PATCH", `/chapters/${number}`, { fixes: [...others, { start, end, reading }] });
  return answer.error ? answer : { scope: "here", places: 1, parts: 1 };
};
const giveTo = (quotation) => async (speaker, all) => {
  const mine = desk,
    { shell, word, cast } = mine,
    { said, backs } = given(cast, quotation, speaker, all);
  const answer = await shell.revised("POST", "/fix", { word: word.id, speaker, scope: all ? "book" : "here" });
  if (desk !== mine || answer.error) return answer;
  closeFix();
  const path = `/chapters/${word.chapter}/quotations/${word.quotation}`,
    back = () => shell.revised("PATCH", path, { speaker: quotation.speaker, all });
  shell.say({ said, undo: backs ? undone(mine, placeOf(word), back) : null });
  mine.cast = null;
  await speakAgain(placeOf(word), answer.parts);
  return {};
};
const written = async (doubt, text) => {
  const mine = desk,
    { shell } = mine,
    before = await shell.rest("GET", `/chapters/${doubt.chapter}`);
  const answer = before.error ? before : await shell.revised("POST", "/fix", { doubt: doubt.id, text });
  if (desk !== mine || answer.error) return answer;
  const kept = doubt.in_title ? { title: before.title } : asItWas(before),
    back = () => shell.revised("PATCH", `/chapters/${doubt.chapter}`, kept);
  shell.say({ said: toldThen("review_written"), undo: undone(mine, placeOf(doubt), back) });
  await speakAgain(placeOf(doubt), answer.parts);
  return {};
};

// One that was stopped by a person is gone on with by a person.
const goesOn = () => isUnderWay(desk.book.job) || desk.book.job?.status === "done";
const toldThen = (key, values = {}) =>
  fill(key, { ...values, then: fill(goesOn() ? "review_then_now" : "review_then_later") });
// What is changed is spoken again, and what stands at `place` is heard as soon as it is there.
const speakAgain = async (place, parts = 1) => {
  const mine = desk,
    { shell } = mine,
    idle = !isUnderWay(mine.book.job),
    waits = parts && goesOn();
  mine.list.load();
  if (waits) {
    shell.player.pause();
    mine.awaited = { ...place, but: (chapterAt(place.chapter)?.parts ?? []).map(({ job }) => job), asked: false };
    showHead();
  }
  await open(mine.number);
  if (desk !== mine || !waits) return;
  const answer = idle ? await shell.rest("POST", "/speak", {}) : {};
  if (desk !== mine || !mine.awaited) return;
  if (answer.error) {
    mine.awaited = null;
    shell.say(answer);
  } else mine.awaited.asked = true;
  await look();
};
const look = async () => {
  const mine = desk;
  clearTimeout(mine.timer);
  await mine.shell.reload();
  if (desk === mine && mine.awaited) mine.timer = setTimeout(look, LOOK_MS);
};
const arrived = () => {
  const { awaited, later, text, book, number } = desk,
    there = later && number === later.chapter && text.find(later.start, later.inTitle, later.but);
  if (there) {
    desk.later = null;
    openWord(there.id, later.wide);
  }
  if (!awaited) return;
  const word = number === awaited.chapter && text.find(awaited.start, awaited.inTitle, awaited.but);
  if (!word && (isUnderWay(book.job) || !awaited.asked)) return;
  desk.awaited = null;
  showHead();
  dot();
  if (word) play(word.job, word.sentence.start_s, word.sentence.end_s);
};

// What is done.
const setMark = async () => {
  const { here, text } = desk;
  if (!here || !partOf(desk.shell.player.job?.id)) return;
  showSide("marks");
  await desk.marks.add({ ...here, at_s: Math.round(here.at_s * 10) / 10, text: text?.words() || here.text, note: "" });
};
const clicked = ({ target }) => {
  const action = target.closest("[data-do]")?.dataset.do,
    side = target.closest("[data-side]")?.dataset.side,
    word = target.closest(".review-text .token")?.dataset.at;
  if (action === "listenBack") open(desk.number - 1);
  else if (action === "listenOn") open(desk.number + 1);
  else if (action === "listenMark") setMark();
  else if (action === "listenAgain") {
    const { place } = desk.marks;
    const here = heard().find((part) => part.chapter === desk.number) ?? heard()[0];
    goTo(place && chapterAt(place.chapter) ? place : { chapter: here.chapter });
  } else if (side) showSide(side);
  else if (word && getSelection().isCollapsed) {
    desk.shell.player.pause(); // it would go on to another place while one decides
    openWord(word);
  }
};
const hearFrom = (part) => {
  closeFix();
  play(part.dataset.at.split(".")[0], Number(part.dataset.start));
};
const twice = ({ target }) => {
  const word = desk.text?.word(target.closest(".review-text .token")?.dataset.at);
  if (!word) return;
  desk.wanted += 1; // it was not one click, which opens it
  closeFix();
  play(word.job, word.start_s ?? word.sentence.start_s);
};
const chose = ({ target }) => {
  if (target.matches(".listen-chapter")) open(Number(target.value));
};
const entered = (event) => {
  if (!["Enter", " "].includes(event.key) || !event.target.matches?.(".review-text .token")) return;
  event.preventDefault();
  event.stopPropagation();
  openWord(event.target.dataset.at);
};
const KEYS = {
  m: setMark,
  e: () => {
    desk.shell.player.pause();
    if (desk.lit?.isConnected) openWord(desk.lit.dataset.at);
  },
};
const pressed = (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = KEYS[event.key.toLowerCase()];
  if (view() !== "books" || !act || document.activeElement?.closest(TYPED)) return;
  event.preventDefault();
  act();
};
const hearSentence = () => {
  const { sentence, job } = desk.text.word(desk.word.id) ?? {};
  if (sentence) play(job, sentence.start_s, sentence.end_s);
};
inScope("#book", { ask, listen: hearSentence, from: hearFrom, rows });

const frame = () => {
  const { root } = desk;
  desk.head = make(
    "div",
    { class: "listen-head" },
    iconButton("listenBack", fill("saying_back"), "left"),
    make("select", { class: "field listen-chapter", "aria-label": fill("saying_which") }),
    iconButton("listenOn", fill("saying_on"), "right"),
    make("button", { type: "button", class: "quiet-button strong", "data-do": "listenAgain" }, fill("listen_begin")),
  );
  desk.page = make("div", { class: "review-page" });
  desk.told = make("p", { class: "hint", role: "status" });
  desk.mark = make(
    "button",
    { type: "button", class: "quiet-button", "data-do": "listenMark", "aria-keyshortcuts": "m" },
    fill("listen_mark"),
  );
  desk.head.append(desk.mark);
  const tab = (side) =>
    make(
      "button",
      { type: "button", class: "chip", "data-side": side },
      fill(`review_${side}`),
      make("span", { class: "chip-count" }, "0"),
    );
  const name = fill("review_side");
  desk.tabs = make("div", { class: "chips", role: "group", "aria-label": name }, tab("checks"), tab("marks"));
  const side = make("aside", { class: "review-side", "aria-label": name }, desk.tabs);
  side.append(desk.list.root, desk.marks.root);
  root.append(desk.head, desk.told, make("div", { class: "review" }, desk.page, side));
  showSide("checks");
};

export const REVIEW = {
  mount: (root, book, shell) => {
    desk = { root, book, shell, number: 1, chapter: null, text: null, known: new Map(), asked: 0, here: null };
    Object.assign(desk, { kept: 0, seen: null, said: "", last: NaN, lit: null, awaited: null, cast: null, word: null });
    Object.assign(desk, { timer: 0, range: null, wanted: 0 });
    const name = (number) => (chapterAt(number) ? nameOf(chapterAt(number)) : "");
    shell.review(true);
    desk.marks = MARKS.make(shell, {
      go: (mark) => goTo(mark),
      name,
      changed: () => desk && showHead(),
      counted: counted("marks"),
    });
    desk.list = LIST.make(shell, { hear, name, written, counted: counted("checks") });
    frame();
    const { player } = shell,
      mine = desk;
    player.root.addEventListener("studio:time", timed);
    player.root.addEventListener("studio:opened", opened);
    player.root.addEventListener("studio:ended", ended);
    root.addEventListener("click", clicked);
    root.addEventListener("dblclick", twice);
    root.addEventListener("change", chose);
    root.addEventListener("keydown", entered);
    document.addEventListener("keydown", pressed);
    showHead();
    desk.sign = signOf(book);
    desk.list.load();
    const now = partOf(player.job?.id);
    // Where the person has been before, unless another chapter has been chosen meanwhile.
    desk.opening = desk.marks.load().then(() => {
      if (desk !== mine) return undefined;
      const { place } = desk.marks,
        before = place && chapterAt(place.chapter) && place.chapter,
        first = now?.chapter ?? (before || (heard()[0]?.chapter ?? firstOn()));
      if (desk.asked) return desk.opening;
      return open(first).then(() => desk === mine && !now && before === first && desk.number === first && show(place));
    });
  },
  update: (book) => {
    desk.book = book;
    showHead();
    const now = signOf(book);
    if (now !== desk.sign) {
      desk.sign = now;
      desk.list.load();
    } else desk.list.tell();
    if (desk.text) placeParts();
  },
  unmount: () => {
    keep();
    desk.shell.review(false);
    closeFix(false);
    clearTimeout(desk.timer);
    desk.list.end();
    const { root, shell } = desk,
      { player } = shell;
    player.root.removeEventListener("studio:time", timed);
    player.root.removeEventListener("studio:opened", opened);
    player.root.removeEventListener("studio:ended", ended);
    root.removeEventListener("click", clicked);
    root.removeEventListener("dblclick", twice);
    root.removeEventListener("change", chose);
    root.removeEventListener("keydown", entered);
    document.removeEventListener("keydown", pressed);
    desk = null;
  },
};
// Other parts are spoken, or other chapters, or all is: the list is another one.
const done = ({ parts }) => parts.filter(({ status }) => status === "done").map(({ job }) => job);
const signOf = ({ chapters, job }) => JSON.stringify([isUnderWay(job), chapters.map((one) => [one.on, done(one)])]);
