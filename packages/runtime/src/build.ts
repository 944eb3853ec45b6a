import { buildRuntime } from "./runtime.ts";
import { architectures } from "./lock-file.ts";

/** `runtime:build [amd64|arm64]…`: builds the layers of the architectures named, or of both. */
const wanted = process.argv.slice(2).filter((argument) => argument !== "--");
for (const architecture of architectures) {
  if (wanted.length > 0 && !wanted.includes(architecture)) continue;
  const runtime = await buildRuntime({ os: "linux", architecture }, { report: (event) => print(event) });
  for (const layer of runtime.layers)
    process.stdout.write(`${architecture} ${layer.descriptor.digest} ${layer.descriptor.size} gzip ${layer.unpackedSizeBytes} unpacked: ${layer.createdBy}\n`);
}

function print(event: { type: string; id?: string; outcome?: string; ms?: number }): void {
  if (event.type === "step.ended") process.stderr.write(`${event.id}: ${event.outcome} in ${event.ms} ms\n`);
}
