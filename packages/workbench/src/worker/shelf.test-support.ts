import { appendFileSync, existsSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { Provider } from "@datasette-publish/core";

/**
 * A host that is a file: what is published there is a line of it. With the option `gate`, a task waits until that file is there.
 */
const shelf: Provider = {
  interface: 1,
  name: "shelf",
  title: "Shelf",
  description: "Keeps a line for each publish",
  options: {
    file: { type: "path", description: "The file", required: true },
    gate: { type: "path", description: "File to wait for" },
  },
  accepts: { images: { platforms: ["linux/amd64"] } },
  check: () => Promise.resolve(),
  rollout: ({ options, siteName, signal }) => {
    const file = String(options["file"]);
    const put = {
      verb: "write",
      target: file,
      async run() {
        appendFileSync(file, `began ${siteName}\n`);
        while (options["gate"] !== undefined && !existsSync(String(options["gate"]))) await setTimeout(20, undefined, { signal });
        appendFileSync(file, `put ${siteName}\n`);
      },
      undo: () => {
        appendFileSync(file, `undid ${siteName}\n`);
        return Promise.resolve();
      },
    } as const;
    return Promise.resolve({ tasks: [put], resumes: false, result: () => ({ facts: { file } }) });
  },
};

export const findProviders = (): Promise<readonly Provider[]> => Promise.resolve([shelf]);
