import { text } from "node:stream/consumers";
import { createInterface } from "node:readline";
import { addAbortSignal, Writable } from "node:stream";

/** Whether somebody sits there who can be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** One typed line; `""` at the end of input. The question goes to stderr: stdout is for results. @throws AbortError on Ctrl-C */
export function ask(question: string, signal: AbortSignal | undefined): Promise<string> {
  return readLine(question, false, signal);
}

/** A secret: typed without an echo, or all of stdin when that is no terminal (`publish login heroku < token.txt`). */
export async function readSecret(question: string, signal: AbortSignal | undefined): Promise<string> {
  if (process.stdin.isTTY) return readLine(question, true, signal);
  return text(signal === undefined ? process.stdin : addAbortSignal(signal, process.stdin));
}

async function readLine(question: string, hidden: boolean, signal: AbortSignal | undefined): Promise<string> {
  signal?.throwIfAborted();
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: hidden, historySize: 0 });
  process.stderr.write(question);
  try {
    return await new Promise<string>((resolve, reject) => {
      const cancel = () => reject(new DOMException("Cancelled", "AbortError"));
      signal?.addEventListener("abort", cancel, { once: true });
      lines
        .once("SIGINT", cancel)
        .once("line", resolve)
        .once("close", () => resolve(""));
    });
  } finally {
    lines.close();
    if (hidden) process.stderr.write("\n");
  }
}
