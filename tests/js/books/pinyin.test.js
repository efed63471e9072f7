import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { spelled } from "../../../indextts/studio/tabs/books/pinyin.js";

test("English is in phonetic letters, as the server prints it", () => {
  const table = readFileSync(new URL("../../data/printed_english.tsv", import.meta.url), "utf8");
  const rows = table.trim().split("\n");
  assert.ok(rows.length > 15);
  for (const row of rows) {
    const [reading, letters] = row.split("\t");
    assert.equal(spelled(reading), `/${letters}/`);
  }
  for (const other of ["sequel", "A I", "B", "DH IH1 Q", ""]) assert.equal(spelled(other), other);
});

test("a tone stands on the vowel where people write it", () => {
  for (const [reading, written] of [
    ["chong2 qing4", "chóng qìng"],
    ["hao3", "hǎo"],
    ["xie4", "xiè"],
    ["dou1", "dōu"],
    ["gui4", "guì"],
    ["jiu3", "jiǔ"],
    ["liang3", "liǎng"],
    ["xiong2", "xióng"],
    ["er2", "ér"],
    ["guo2", "guó"],
  ])
    assert.equal(spelled(reading), written);
});

test("ü is written as people write it, whatever stands for it", () => {
  for (const reading of ["nv3", "nu:3", "nü3"]) assert.equal(spelled(reading), "nǚ");
  assert.equal(spelled("lve4"), "lüè");
  assert.equal(spelled("lv5"), "lü");
});

test("a neutral tone has no mark", () => {
  assert.equal(spelled("ma5"), "ma");
  assert.equal(spelled("zi5"), "zi");
});

test("what is no pinyin stays as it is", () => {
  for (const text of ["HH QQ1", "hello", "", "chóng", "ma6", "ma", "5", "重庆", "ng4"])
    assert.equal(spelled(text), text, text);
});

test("what is pinyin and what is not stand side by side", () => {
  assert.equal(spelled("ka3 ABC la1"), "kǎ ABC lā");
});

test("a mark is part of its letter, so that it can be searched and cut", () => {
  for (const vowel of ["a", "e", "i", "o", "u", "v"])
    for (const tone of [1, 2, 3, 4]) assert.equal([...spelled(`l${vowel}${tone}`)].length, 2, `${vowel}${tone}`);
});
