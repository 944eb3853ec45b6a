import { createHash } from "node:crypto";
import { open } from "node:fs/promises";

const bufferBytes = 1 << 20;

/**
 * SHA-256 of a file, hex. Reads into one of two buffers while the other is hashed: the garbage of a stream takes longer to collect
 * than its bytes to hash.
 *
 * @throws system errors of the file system as they are
 */
export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  await using file = await open(path, "r");
  let [buffer, other] = [Buffer.allocUnsafeSlow(bufferBytes), Buffer.allocUnsafeSlow(bufferBytes)] as const;
  let { bytesRead } = await file.read(buffer, 0, bufferBytes);
  while (bytesRead > 0) {
    signal?.throwIfAborted();
    const next = file.read(other, 0, bufferBytes);
    hash.update(buffer.subarray(0, bytesRead));
    [buffer, other] = [other, buffer];
    ({ bytesRead } = await next);
  }
  return hash.digest("hex");
}
