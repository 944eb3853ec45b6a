import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { HostContext, Provider } from "@datasette-publish/core";

/**
 * A host that is a file: what is published or removed there is a line of it. With the option `gate`, a change waits until that file is there.
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
  tellsSource: true,
  check: () => Promise.resolve(),
  status: ({ name, source, options }) => {
    const file = String(options["file"]);
    const isThere = existsSync(file) && readFileSync(file, "utf8").includes(`put ${name}`);
    return Promise.resolve(isThere ? { name, source, url: null, state: "running", releases: [], facts: {} } : null);
  },
  async unpublish(ctx) {
    const file = String(ctx.options["file"]);
    appendFileSync(file, `removing ${ctx.name}\n`);
    await waitAtGate(ctx);
    appendFileSync(file, `removed ${ctx.name}\n`);
  },
  rollout: (ctx) => {
    const { options, siteName } = ctx;
    const file = String(options["file"]);
    const put = {
      verb: "write",
      target: file,
      async run() {
        appendFileSync(file, `began ${siteName}\n`);
        await waitAtGate(ctx);
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

async function waitAtGate({ options, signal }: HostContext): Promise<void> {
  while (options["gate"] !== undefined && !existsSync(String(options["gate"]))) await setTimeout(20, undefined, { signal });
}

export const findProviders = (): Promise<readonly Provider[]> => Promise.resolve([shelf]);
