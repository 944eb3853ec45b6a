import { buffer } from "node:stream/consumers";
import type { ImageFile } from "@datasette-publish/core";
import { readTar, unpackLayer } from "@datasette-publish/core/oci";
import { closeOverLibraries } from "@datasette-publish/plugins";
import { lines, loadRuntime } from "@datasette-publish/runtime";
import { beforeAll, describe, expect, test } from "vitest";
import { architectures } from "../lock-file.ts";
import { libraryDirs } from "../slice.ts";
import { readSlim } from "./list.ts";

describe.each(architectures.flatMap((architecture) => lines.map((line) => [architecture, line] as const)))(
  "what a slim %s image of %s lacks",
  (architecture, line) => {
    const files = new Map<string, ImageFile>();
    beforeAll(async () => {
      const { layers } = await loadRuntime({ os: "linux", architecture }, line);
      for (const layer of layers)
        for await (const { name, mode, typeFlag, linkName, body } of readTar(unpackLayer(layer)))
          if (typeFlag === "2") files.set(name, { name, mode, type: "symlink", linkName });
          else if (typeFlag === "0") files.set(name, { name, mode, source: await buffer(body()) });
    });

    test("is in the layers, so the list is the locks'", async () => {
      const listed = (await readSlim(line, architecture)).flatMap((part) => part.files);
      expect(listed.filter((name) => !files.has(name))).toEqual([]);
      expect(listed.length).toBeGreaterThan(300);
    });

    test("leaves every library that what stays is linked with, the licences, and the records", async () => {
      const dropped = new Set((await readSlim(line, architecture)).flatMap((part) => part.files));
      const kept = new Map([...files].filter(([name]) => !dropped.has(name)));
      expect(closeOverLibraries(kept.keys(), kept, libraryDirs[architecture])).toContain("usr/bin/python3.13");
      const records = [...kept.keys()].filter((name) => name.startsWith("var/lib/dpkg/status.d/"));
      const licences = records.map((name) => `usr/share/doc/${name.replace("var/lib/dpkg/status.d/", "")}/copyright`);
      expect(licences.filter((name) => files.has(name) && !kept.has(name))).toEqual([]);
      expect(records).toHaveLength(12);
    });

    test("names no part that is not on the list", async () => {
      const parts = await readSlim(line, architecture);
      const names = new Set(parts.map(({ name }) => name));
      expect(parts.flatMap(({ needs }) => needs).filter((name) => !names.has(name))).toEqual([]);
    });
  },
);
