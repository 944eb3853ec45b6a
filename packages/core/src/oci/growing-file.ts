import { open } from "node:fs/promises";

const readSizeBytes = 1 << 18;

/** A blob that is read while it is made. */
export interface Growing {
  /** Whether its making has ended, well or not: there is nothing to wait for any more. */
  readonly isOver: boolean;
  /** Reads what is made, then the rest as it comes. Fails when the rest does not come. */
  open(): AsyncIterable<Uint8Array>;
}

/** A file that is read while it is written. Whoever writes does not wait for those who read. */
export class GrowingFile implements Growing {
  #path = "";
  #writtenBytes = 0;
  #isWhole = false;
  #isOver = false;
  #change = Promise.withResolvers<void>();

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Passes on what is written to `path`: whoever asks for the next chunk has written the last. */
  async *pass(chunks: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array, void, undefined> {
    this.#path = path;
    for await (const chunk of chunks) {
      yield chunk;
      this.#writtenBytes += chunk.length;
      this.#tell();
    }
    this.#isWhole = true;
    this.end();
  }

  /** Says that no more is written, which is a failure for those who read unless all was. */
  end(): void {
    this.#isOver = true;
    this.#tell();
  }

  async *open(): AsyncGenerator<Uint8Array, void, undefined> {
    while (this.#writtenBytes === 0 && !this.#isOver) await this.#change.promise;
    if (this.#isOver && !this.#isWhole) throw this.#cutOff();
    await using file = await open(this.#path, "r");
    for (let at = 0; ;) {
      if (at < this.#writtenBytes) {
        const chunk = new Uint8Array(Math.min(readSizeBytes, this.#writtenBytes - at));
        const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
        at += bytesRead;
        yield chunk.subarray(0, bytesRead);
      } else if (!this.#isOver) await this.#change.promise;
      else if (this.#isWhole) return;
      else throw this.#cutOff();
    }
  }

  #cutOff(): Error {
    return new Error("The file was not written to its end.");
  }

  #tell(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }
}
