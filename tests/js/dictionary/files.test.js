import assert from "node:assert/strict";
import { test } from "node:test";

import { decode, formatOf } from "../../../indextts/studio/tabs/dictionary/files.js";

const bytes = (...all) => new Blob([new Uint8Array(all)]);

test("a file in UTF-8 is read, with or without a mark that it is", async () => {
  assert.equal(await decode(new Blob(["重庆,𠮷\r\n"])), "重庆,𠮷\r\n");
  assert.equal(await decode(bytes(0xef, 0xbb, 0xbf, 0x61)), "a");
  assert.equal(await decode(bytes()), "");
});

test("a file that a spreadsheet in Chinese has written is read as well", async () => {
  assert.equal(await decode(bytes(0xd6, 0xd8, 0xc7, 0xec)), "重庆");
});

test("a spreadsheet's Unicode text is read, whichever byte comes first", async () => {
  assert.equal(await decode(bytes(0xff, 0xfe, 0xcd, 0x91, 0x86, 0x5e)), "重庆");
  assert.equal(await decode(bytes(0xfe, 0xff, 0x91, 0xcd, 0x5e, 0x86)), "重庆");
});

test("a character of four bytes in GB 18030 is read", async () => {
  assert.equal(await decode(bytes(0x95, 0x32, 0x82, 0x36)), "𠀀");
});

test("a file's name says what it is, or else how it begins", () => {
  assert.equal(formatOf("words.JSON", "a,b"), "json");
  assert.equal(formatOf("words.txt", '  \n[{"word": 1}]'), "json");
  assert.equal(formatOf("words.txt", "{}"), "json");
  assert.equal(formatOf("words.csv", "重庆,chong2 qing4"), "csv");
  assert.equal(formatOf("json", ""), "csv");
});
