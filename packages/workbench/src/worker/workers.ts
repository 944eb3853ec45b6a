import { join } from "node:path";
import type { Environment } from "@datasette-publish/core";
import { ChildWorker } from "./child-worker.ts";

/** How long a process is kept that nobody asks anything, in milliseconds: with an open preview it takes 200 MB. */
const idleMs = 600_000;

interface WorkersOptions {
  /** Folder of the workbench. */
  readonly dir: string;
  readonly env: Environment;
  /** Address of the module that finds providers. */
  readonly providers: string;
  readonly now: () => number;
  /** Called with the draft or the site whose process has ended. */
  readonly onEnd: (key: string) => void;
}

/** The processes of drafts, of changes of sites, and the one that asks hosts. */
export class Workers {
  readonly #options: WorkersOptions;
  readonly #workers = new Map<string, { readonly worker: ChildWorker; usedMs: number }>();

  constructor(options: WorkersOptions) {
    this.#options = options;
  }

  /** Holds what is prepared of a draft. */
  draft(id: string): ChildWorker {
    return this.#of(id, join("drafts", id, "tmp"));
  }

  /** Changes one site at its host, apart from all others, so that none is ended with another. */
  site(id: string): ChildWorker {
    return this.#of(id, join("hosts", id));
  }

  /** Asks hosts. */
  hosts(): ChildWorker {
    return this.#of("hosts", join("hosts", "all"));
  }

  /** Somebody looks at what a process holds. */
  touch(key: string): void {
    const known = this.#workers.get(key);
    if (known !== undefined) known.usedMs = this.#options.now();
  }

  /** Ends a process; one that changes something at a host goes on by itself. */
  end(key: string): void {
    this.#workers.get(key)?.worker.close();
    this.#workers.delete(key);
  }

  /** Ends those that nobody asked anything for a while. */
  endIdle(): void {
    const now = this.#options.now();
    for (const [key, known] of this.#workers)
      if (known.worker.isBusy) known.usedMs = now;
      else if (now - known.usedMs >= idleMs) this.end(key);
  }

  /** Drafts and sites whose process changes something at a host right now. */
  changing(): ReadonlySet<string> {
    return new Set([...this.#workers].filter(([, { worker }]) => worker.isUndoable).map(([key]) => key));
  }

  close(): void {
    for (const key of this.#workers.keys()) this.end(key);
  }

  #of(key: string, tmp: string): ChildWorker {
    const { dir, env, providers, now, onEnd } = this.#options;
    const known = this.#workers.get(key);
    const worker = known?.worker ?? new ChildWorker({ tmp: join(dir, tmp), env, providers, onEnd: () => onEnd(key) });
    this.#workers.set(key, { worker, usedMs: now() });
    return worker;
  }
}
