import { join } from "node:path";
import { parseArgs } from "node:util";
import type { PublishEvent } from "@datasette-publish/core";
import { writeGolden } from "./golden.ts";
import { architectures } from "./lock-file.ts";
import { buildRuntime } from "./runtime.ts";

// `runtime:build [amd64] [arm64] [--golden] [--out-dir <folder>]`: builds the layers of the architectures named, or of both.
// `--golden` records their digests beside the lock file.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { golden: { type: "boolean" }, "out-dir": { type: "string" } },
});
const named = architectures.filter((architecture) => positionals.includes(architecture));
for (const architecture of named.length > 0 ? named : architectures) {
  const outDir = values["out-dir"];
  const options = outDir === undefined ? {} : { outDir: join(outDir, `linux-${architecture}`) };
  const runtime = await buildRuntime({ os: "linux", architecture }, { report: print }, options);
  if (values.golden === true) await writeGolden(runtime);
  for (const { descriptor, unpackedSizeBytes, createdBy } of runtime.layers)
    process.stdout.write(`${architecture} ${descriptor.digest} ${descriptor.size} B gzip, ${unpackedSizeBytes} B unpacked: ${createdBy}\n`);
}

function print(event: PublishEvent): void {
  if (event.type === "step.ended") process.stderr.write(`${event.id}: ${event.outcome} in ${event.ms} ms\n`);
}
