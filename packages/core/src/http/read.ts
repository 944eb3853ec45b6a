/** Longest answer, and longest refusal, in bytes. */
const longestAnswer = 16 << 20;
const longestRefusal = 64 << 10;

/** Longest time for a whole answer, in milliseconds. */
export const slowestAnswerMs = 60_000;

/** Replaces an answer that is too long. */
export const tooLong = "an answer that is too long to read";

/**
 * Reads the text of an answer: up to 16 MB, or 64 kB of a refusal. A longer one becomes {@link tooLong}.
 * @throws TimeoutError if it takes longer than {@link slowestAnswerMs}; the transport ends a silent one
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
