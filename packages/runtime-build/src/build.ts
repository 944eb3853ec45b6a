import { parseArgs } from "node:util";
import { blameOf, exitStatus, toPublishError, type PublishEvent, type Remedy } from "@datasette-publish/core";
import { buildRuntimes } from "./build-runtime.ts";
import { buildWheels } from "./build-wheels.ts";
import { writeGolden } from "./golden.ts";
import { lines } from "@datasette-publish/runtime";
import { architectures } from "./lock-file.ts";
import { writeSlim } from "./slim/list.ts";

// `runtime:build [amd64] [arm64] [--golden] [--out-dir <folder>]`: the wheels, and the layers of the architectures named or
// of both, for each line of Datasette, where they are not those of the lock files and the sources yet. `--golden` records
// beside the lock what a slim image leaves out, and the layers' digests.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { golden: { type: "boolean" }, "out-dir": { type: "string" } },
});

async function build(signal: AbortSignal): Promise<void> {
  const ctx = { report: print, signal };
  const outDir = values["out-dir"];
  if (values.golden === true) await writeSlim(lines, ctx);
  if (outDir === undefined) await buildWheels(ctx);
  const named = architectures.filter((architecture) => positionals.includes(architecture));
  for (const architecture of named.length > 0 ? named : architectures)
    for (const runtime of await buildRuntimes({ os: "linux", architecture }, ctx, outDir)) {
      if (values.golden === true) await writeGolden(runtime);
      for (const { descriptor, unpackedSizeBytes, createdBy } of runtime.layers)
        process.stdout.write(
          `${architecture} ${descriptor.digest} ${descriptor.size} B gzip, ${unpackedSizeBytes} B unpacked: ${createdBy}\n`,
        );
    }
}

function print(event: PublishEvent): void {
  if (event.type === "step.ended") process.stderr.write(`${event.id}: ${event.outcome} in ${event.ms} ms\n`);
}

function sentence(remedy: Remedy): string {
  if (remedy.action === "run") return `Run ${remedy.run.join(" ")}${remedy.note === undefined ? "" : ` ${remedy.note}`}.`;
  return remedy.action === "advise" ? remedy.text : "";
}

const cancel = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(name, () => cancel.abort());
try {
  await build(cancel.signal);
} catch (thrown) {
  const error = toPublishError(thrown);
  process.stderr.write(`error: ${error.message} (${error.code})\nhint: ${error.remedies.map(sentence).join(" ")}\n`);
  process.exitCode = exitStatus[blameOf(error)];
}
