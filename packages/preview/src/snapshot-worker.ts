import { parentPort, workerData } from "node:worker_threads";
import { lastLine, loadFromWheels } from "./interpreter.ts";
import type { FromMaker, MakerData } from "./messages.ts";
import { encodeSnapshot } from "./snapshot.ts";
import { warmUp } from "./warm-up.ts";

const { wheels, key } = workerData as MakerData;

function post(message: FromMaker): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  parentPort?.postMessage(message);
}

try {
  const { python, files } = await loadFromWheels(wheels, () => {});
  python.runPython(warmUp);
  post({ type: "made", bytes: encodeSnapshot(key, { memory: python.makeMemorySnapshot(), files }) });
} catch (error) {
  post({ type: "failed", message: lastLine(error) });
}
