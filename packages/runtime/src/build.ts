import type { PublishEvent } from "@datasette-publish/core";
import { writeGolden } from "./golden.ts";
import { architectures } from "./lock-file.ts";
import { buildRuntime } from "./runtime.ts";

// `runtime:build [amd64] [arm64] [--golden]`: builds the layers of the architectures named, or of both; `--golden` records their digests.
const words = process.argv.slice(2);
const named = architectures.filter((architecture) => words.includes(architecture));
for (const architecture of named.length > 0 ? named : architectures) {
  const runtime = await buildRuntime({ os: "linux", architecture }, { report: print });
  if (words.includes("--golden")) await writeGolden(runtime);
  for (const { descriptor, unpackedSizeBytes, createdBy } of runtime.layers)
    process.stdout.write(`${architecture} ${descriptor.digest} ${descriptor.size} B gzip, ${unpackedSizeBytes} B unpacked: ${createdBy}\n`);
}

function print(event: PublishEvent): void {
  if (event.type === "step.ended") process.stderr.write(`${event.id}: ${event.outcome} in ${event.ms} ms\n`);
}
