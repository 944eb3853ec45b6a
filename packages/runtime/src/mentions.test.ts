import { expect, test } from "vitest";
import { mentionedIn } from "./mentions.ts";

const names = ["bz2", "xml", "xml.dom", "xml.dom.minidom", "trace"];
/** A text as marshal writes it: its length before it, whatever comes behind. */
const marshalled = (...texts: readonly string[]) => texts.map((text) => `\xda${String.fromCharCode(text.length)}${text}r`).join("");

test.each([
  ["p.py", "import bz2", ["bz2"]],
  ["p.py", "from xml.dom import minidom", ["xml", "xml.dom", "xml.dom.minidom"]],
  ["p.py", "import_module('xml.dom.minidom')", ["xml", "xml.dom", "xml.dom.minidom"]],
  ["p.py", "bz2x = backtrace", []],
  ["p.pyc", marshalled("bz2", "other"), ["bz2"]],
  ["p.pyc", marshalled("xml.dom", "minidom"), ["xml.dom", "xml.dom.minidom"]],
  ["p.pyc", marshalled("libbz2", "traceback"), []],
])("%s with %j names %j", (file, text, found) => expect(mentionedIn(file, Buffer.from(text, "latin1"), names)).toEqual(found));
