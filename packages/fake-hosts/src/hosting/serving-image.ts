import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { assemble, emptyServe, writeLayer, type Image, type Runtime, type Site } from "@datasette-publish/core";

/** The port that {@link servingImage} listens on, whatever `PORT` says. */
export const servingPort = 8001;

/** Where its program is loaded; any page would do. */
const loadAddress = 0x400000;

/**
 * x86-64 Linux, at any address: socket, bind to port 8001, listen; then accept, read, write an empty JSON object, close, for ever.
 * System calls only, so that it runs in an image without files.
 */
const program = Buffer.from(
  "agJfagFeMdJqKVgPBYnDagBIx8ACAB9BUInfSInmahBaajFYDwWJ32oIXmoyWA8Fid8x9jHSaitYDwWJxUiB7AAQAACJ70iJ5roAEAAAMcAPBUiBxAAQAACJ70iNNRQAAAB" +
    "oFgAAAFpqAVgPBYnvagNYDwXrukhUVFAvMS4wIDIwMCBPSw0KDQp7fQo=",
  "base64",
);

/** The smallest image (linux/amd64) that serves: every request is answered 200. No two are the same, as tests share an engine. */
export async function servingImage(dir: string): Promise<Image> {
  const ctx = { report: () => {} };
  const server = { name: "usr/bin/server", mode: 0o755, source: executable(program) };
  const runtime: Runtime = {
    platform: { os: "linux", architecture: "amd64" },
    layers: [await writeLayer([server, { name: "id", mode: 0o444, source: Buffer.from(randomUUID()) }], dir, "serving runtime", ctx)],
    entrypoint: ["/usr/bin/server"],
    env: [],
    user: "65532:65532",
    datasetteVersion: "0.65.5",
    pythonVersion: "3.13.5",
    lockedAt: "2026-11-30T00:00:00Z",
    lockSha256: "0".repeat(64),
  };
  const site: Site = { name: "serving", dataset: { databases: [], sources: [], unreadable: [] }, serve: emptyServe };
  return assemble(site, runtime, join(dir, "site"), ctx);
}

/** An ELF file with one segment that is loaded whole (System V ABI, "ELF Header" and "Program Header"). */
function executable(code: Buffer): Uint8Array {
  const headers = Buffer.alloc(64 + 56);
  headers.write("\x7fELF\x02\x01\x01", "latin1");
  headers.writeUInt16LE(2, 16); // e_type: executable
  headers.writeUInt16LE(62, 18); // e_machine: x86-64
  headers.writeUInt32LE(1, 20); // e_version
  headers.writeBigUInt64LE(BigInt(loadAddress + headers.length), 24); // e_entry
  headers.writeBigUInt64LE(64n, 32); // e_phoff
  headers.writeUInt16LE(64, 52); // e_ehsize
  headers.writeUInt16LE(56, 54); // e_phentsize
  headers.writeUInt16LE(1, 56); // e_phnum
  const sizeBytes = BigInt(headers.length + code.length);
  headers.writeUInt32LE(1, 64); // p_type: load
  headers.writeUInt32LE(5, 68); // p_flags: read, execute
  headers.writeBigUInt64LE(BigInt(loadAddress), 80); // p_vaddr
  headers.writeBigUInt64LE(sizeBytes, 96); // p_filesz
  headers.writeBigUInt64LE(sizeBytes, 104); // p_memsz
  headers.writeBigUInt64LE(0x1000n, 112); // p_align
  return Buffer.concat([headers, code]);
}
