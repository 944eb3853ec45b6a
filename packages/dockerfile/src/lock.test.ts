import { expect, test } from "vitest";
import { toRequirements } from "./lock.ts";

test("a lock names each project with its version and the digests of its wheels, as pip reads it", () => {
  const projects = [
    { name: "aiofiles", version: "25.1.0", sha256s: ["a".repeat(64)] },
    { name: "markupsafe", version: "3.0.4", sha256s: ["b".repeat(64), "c".repeat(64)] },
  ];
  expect(toRequirements({ projects }, { reference: "python:3.12-alpine", python: "3.12", libc: "musl" })).toBe(
    [
      "# Wheels for Python 3.12 and musl: pip installs these files and no others.",
      `aiofiles==25.1.0 \\\n    --hash=sha256:${"a".repeat(64)}`,
      `markupsafe==3.0.4 \\\n    --hash=sha256:${"b".repeat(64)} \\\n    --hash=sha256:${"c".repeat(64)}`,
      "",
    ].join("\n"),
  );
});
