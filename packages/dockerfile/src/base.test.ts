import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeLayer, type Image, type ImageFile } from "@datasette-publish/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { baseByName, baseOf, findBase } from "./base.ts";

const ctx = { report: () => {} };
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "base-test-"));
});
afterAll(() => rm(dir, { recursive: true }));

test.each([
  ["python:3.13-slim", "3.13", "glibc"],
  ["python:3.9", "3.9", "glibc"],
  ["python:3.12.4-alpine3.20", "3.12", "musl"],
  ["python:3.14rc1-slim-trixie", "3.14", "glibc"],
  ["registry.example:5000/mirror/python:3.11-alpine", "3.11", "musl"],
  [`python:3.10-slim@sha256:${"a".repeat(64)}`, "3.10", "glibc"],
])("%s says that it has Python %s and %s", (reference, python, libc) => {
  expect(baseByName(reference)).toEqual({ reference, python, libc });
});

test.each(["python:3-slim", "python", "company/python-3.12", "debian:bookworm", "notpython:3.12"])("%s says nothing", (reference) => {
  expect(baseByName(reference)).toBeNull();
});

test.each(["python:3.8-slim", "python:3.15"])("%s has a Python that Datasette is not built for", async (reference) => {
  await expect(findBase(reference, {}, ctx)).rejects.toMatchObject({ code: "BASE_UNSUITABLE", facts: { base: reference } });
});

test("a base that cannot be looked into is an error that says what to do", async () => {
  const look = { engine: () => Promise.resolve(null), fetch: offline, clock: { now: () => 0, sleep: () => Promise.resolve() } };
  const error = await findBase("127.0.0.1:1/company/base:1", look as object, ctx).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "BASE_UNSUITABLE" });
});

const offline = () => Promise.reject(new TypeError("offline"));
const filesOf = (names: readonly string[]): ImageFile[] => names.map((name) => ({ name, mode: 0o755, source: Buffer.from("elf") }));

async function imageOf(...layers: string[][]): Promise<Image> {
  const made = [];
  for (const names of layers) made.push(await writeLayer(filesOf(names), dir, "base", ctx));
  return { layers: made } as unknown as Image;
}

describe("the files of a base", () => {
  test.each([
    [["usr/bin/python3.11"], "3.11", "glibc"],
    [["usr/bin/python3.11", "usr/local/bin/python3.12"], "3.12", "glibc"],
    [["lib/ld-musl-x86_64.so.1", "usr/bin/python3.12"], "3.12", "musl"],
  ])("%s have Python %s and %s", async (names, python, libc) => {
    expect(await baseOf("mine", await imageOf(["etc/os-release"], names))).toEqual({ reference: "mine", python, libc });
  });

  test("without a Python are none of a base", async () => {
    await expect(baseOf("mine", await imageOf(["opt/python3.11", "usr/bin/python3.11-config"]))).rejects.toMatchObject({
      code: "BASE_UNSUITABLE",
    });
  });
});
