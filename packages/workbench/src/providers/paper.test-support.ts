import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes a provider package with no dependency: `source` is its module. */
export function writePackage(folder: string, source: string, manifest: object = {}): string {
  mkdirSync(folder, { recursive: true });
  const shown = { name: "provider-paper", version: "1.0.0", type: "module", exports: { import: "./provider.js" } };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ ...shown, keywords: ["datasette-publish-provider"], ...manifest }));
  writeFileSync(join(folder, "provider.js"), source);
  return folder;
}

/** The token that Paper accepts. */
export const paperToken = "canary-paper-token";

/** A host that is a JSON file (`PAPER_HOST`): name → what is published there. It has every verb. */
export const paperSource = `
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
const read = (env) => JSON.parse(readFileSync(env.PAPER_HOST, "utf8"));
const write = (env, sites) => writeFileSync(env.PAPER_HOST, JSON.stringify(sites));
const fail = (code, message) => Object.assign(new Error(message), { code, remedies: [], facts: {} });
const release = ({ current, createdAt = null, lost }, id) =>
  ({ id, current: id === current, status: "succeeded", description: "Publish", createdAt, restorable: id !== lost });
export default {
  interface: 1,
  name: "paper",
  title: "Paper",
  description: "A sheet of paper",
  options: {
    sheet: { type: "string", description: "Name of the sheet" },
    heading: { type: "string", description: "Heading of the sheet", level: "more" },
  },
  accepts: { images: { platforms: ["linux/amd64"], maxBytes: 500_000_000 } },
  names: { option: "sheet", pattern: /^[a-z][a-z0-9-]*$/, maxLength: 30 },
  login: {
    env: "PAPER_TOKEN",
    url: "https://paper.example/tokens",
    async account({ token, env }) {
      if (env.PAPER_LOGINS) appendFileSync(env.PAPER_LOGINS, "login\\n");
      if (token !== "${paperToken}") throw fail("CREDENTIALS_INVALID", "Nobody has the token " + token + ".");
      return "ada";
    },
  },
  async check() {},
  async rollout(ctx, before) {
    const url = ctx.env.PAPER_URL ?? "https://" + ctx.name + ".example/";
    const print = {
      verb: "create",
      target: ctx.name,
      run() {
        const releases = [...(read(ctx.env)[ctx.name]?.releases ?? []), "v" + ((before?.releases.length ?? 0) + 1)];
        const { plugins } = ctx.site.serve.metadata;
        write(ctx.env, { ...read(ctx.env), [ctx.name]: { url, releases, current: releases.at(-1), variables: ctx.variables([]), plugins, options: ctx.options } });
        return releases.at(-1);
      },
    };
    return {
      tasks: [print],
      url: () => ctx.env.PAPER_URL ?? null,
      result: ({ resultOf }) => ({ facts: { release: resultOf(print) } }),
    };
  },
  async status(ctx) {
    const site = read(ctx.env)[ctx.name];
    if (!site) return null;
    const releases = site.releases.map((id) => release(site, id)).reverse();
    return { name: ctx.name, url: site.url, state: "running", releases, facts: { sheetCount: 1, watermark: null } };
  },
  async *logs(ctx, { follow, lines }) {
    yield* ["one", "two", "three with " + ctx.token].slice(3 - lines);
    while (follow) {
      yield "tick";
      await sleep(50);
    }
  },
  async rollback(ctx, { id }) {
    const sites = read(ctx.env);
    const site = sites[ctx.name];
    site.current = id;
    write(ctx.env, sites);
    return release(site, site.current);
  },
  async unpublish(ctx) {
    const { [ctx.name]: gone, ...others } = read(ctx.env);
    write(ctx.env, others);
  },
  async list(ctx) {
    return Object.entries(read(ctx.env)).map(([name, { url }]) => ({ name, url }));
  },
};
`;
