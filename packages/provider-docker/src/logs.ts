/** Bytes in front of each frame: 1 of stream, 3 of padding, 4 of length (Docker Engine API, "Attach to a container"). */
const headerBytes = 8;

/** The lines of a container's framed output, as they come. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const streams = new Map<number, { decoder: TextDecoder; rest: string }>();
  for await (const { stream, payload } of framesOf(chunks)) {
    const open = streams.get(stream) ?? { decoder: new TextDecoder(), rest: "" };
    streams.set(stream, open);
    const lines = (open.rest + open.decoder.decode(payload, { stream: true })).split(/\r?\n/);
    open.rest = lines.pop() ?? "";
    yield* lines;
  }
  for (const { decoder, rest } of streams.values()) {
    const last = rest + decoder.decode();
    if (last !== "") yield last;
  }
}

async function* framesOf(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<{ stream: number; payload: Buffer }, void, undefined> {
  let buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    buffer = Buffer.concat([buffer, chunk]);
    while (buffer.length >= headerBytes) {
      const end = headerBytes + buffer.readUInt32BE(4);
      if (buffer.length < end) break;
      yield { stream: buffer.readUInt8(0), payload: buffer.subarray(headerBytes, end) };
      buffer = buffer.subarray(end);
    }
  }
}
