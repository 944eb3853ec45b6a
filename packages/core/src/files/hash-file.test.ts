import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { hashFile } from "./hash-file.ts";

let dir: string;
beforeAll(async () => void (dir = await mkdtemp(join(tmpdir(), "hash-file-"))));
afterAll(() => rm(dir, { recursive: true, force: true }));

const megabyte = 1 << 20;

it.each([0, 1, megabyte - 1, megabyte, megabyte + 1, 3 * megabyte, 3 * megabyte + 7])("hashes %d bytes as one", async (sizeBytes) => {
  const file = join(dir, `${sizeBytes}`);
  const bytes = Buffer.from(Uint8Array.from({ length: sizeBytes }, (_, i) => (i * 31 + (i >> 16)) & 255));
  await writeFile(file, bytes);
  expect(await hashFile(file)).toBe(createHash("sha256").update(bytes).digest("hex"));
});

it("stops when it is told to, and says what cannot be read", async () => {
  const file = join(dir, "some");
  await writeFile(file, "some");
  await expect(hashFile(file, AbortSignal.abort(new Error("enough")))).rejects.toThrow("enough");
  await expect(hashFile(join(dir, "none"))).rejects.toMatchObject({ code: "ENOENT" });
});
