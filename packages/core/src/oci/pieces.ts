/** The same bytes in pieces of `sizeBytes` (the last one shorter), each with a buffer of its own. */
export async function* cutPieces(source: AsyncIterable<Uint8Array>, sizeBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  let piece = new Uint8Array(sizeBytes);
  let filled = 0;
  for await (const chunk of source) {
    for (let start = 0; start < chunk.length;) {
      const part = chunk.subarray(start, start + sizeBytes - filled);
      piece.set(part, filled);
      filled += part.length;
      start += part.length;
      if (filled < sizeBytes) continue;
      yield piece;
      piece = new Uint8Array(sizeBytes);
      filled = 0;
    }
  }
  if (filled > 0) yield piece.slice(0, filled);
}

/**
 * What `work` makes of each piece, in the pieces' order, while up to `atOnce` of them are worked on.
 * The next piece is read only when there is room for it, so memory stays within `atOnce` pieces and their results.
 */
export async function* mapInOrder<T, R>(
  pieces: AsyncIterable<T>,
  atOnce: number,
  work: (piece: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const running: Promise<R>[] = [];
  for await (const piece of pieces) {
    const result = work(piece);
    // It is awaited in its turn; until then its failure is nobody's.
    result.catch(() => {});
    running.push(result);
    if (running.length >= atOnce) yield await running.shift()!;
  }
  for (const result of running) yield await result;
}
