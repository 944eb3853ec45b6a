import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { HostContext, Login } from "@datasette-publish/core";
import { apiOf, apiUrl } from "./client.ts";

export const login: Login = {
  env: "HEROKU_API_KEY",
  url: "https://dashboard.heroku.com/account",
  find: findNetrcToken,
  account: async (ctx) => (await apiOf(ctx)("GET /account", {})).body.email,
};

/** The token in the netrc file that Heroku's own CLI writes where the system has no key store; null when there is none for this API. */
async function findNetrcToken(env: HostContext["env"]): Promise<{ token: string; from: string } | null> {
  const from = join(env["HOME"] || homedir(), process.platform === "win32" ? "_netrc" : ".netrc");
  const machines = (await readFile(from, "utf8").catch(() => "")).split(/(?:^|\s)(?:machine\s+|default\s)/);
  const entry = machines.find((machine) => machine.split(/\s/, 1)[0] === new URL(apiUrl(env)).host);
  const token = /\spassword\s+(\S+)/.exec(entry ?? "")?.[1];
  return token === undefined ? null : { token, from };
}
