/** Most that is read of an answer, in bytes. */
const longestAnswer = 16 << 20;
const longestRefusal = 64 << 10;

/** Milliseconds that an answer may take to come, its end included. */
export const slowestAnswerMs = 60_000;

/** Replaces an answer that is too long. */
export const tooLong = "an answer that is too long to read";

/**
 * Reads the text of an answer: up to 16 MB, or 64 kB of a refusal. A longer one becomes {@link tooLong}.
 * @throws TimeoutError when it takes longer than {@link slowestAnswerMs}; what is silent is for the transport to end
 */
export async function readText(body: AsyncIterable<Uint8Array> | null, status: number): Promise<string> {
  const longest = status >= 200 && status < 300 ? longestAnswer : longestRefusal;
  const endMs = performance.now() + slowestAnswerMs;
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body ?? []) {
    sizeBytes += chunk.length;
    if (sizeBytes > longest) return tooLong;
    if (performance.now() > endMs) throw new DOMException("The answer takes too long.", "TimeoutError");
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
