import { spawn } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { plainEnvironment } from "./environment.ts";
import type { NpmRegistry } from "./npm-registry.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** A person's machine with Node and npm on it and nothing of this repository: a home, an npm cache and global packages of its own. */
export interface Outsider {
  /** The folder that the next command runs in; `cd` in a script changes it. */
  readonly cwd: string;
  /** Runs a script of sh and returns what it wrote to stdout. @throws Error with all its output when one of its commands fails */
  run(script: string): Promise<string>;
}

/** Makes the machine in `dir`, logged in to `registry`. `variables` are set in its shell. */
export async function createOutsider(dir: string, registry: NpmRegistry, variables: Readonly<Record<string, string>>): Promise<Outsider> {
  const [home, work, prefix] = [join(dir, "home"), join(dir, "work"), join(dir, "global")];
  for (const folder of [home, work]) await mkdir(folder);
  await writeFile(join(home, ".npmrc"), `${registry.url.replace("http:", "")}:_authToken=${registry.token}\n`);
  const env = {
    ...plainEnvironment(),
    HOME: home,
    PATH: [join(prefix, "bin"), ...(process.env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.startsWith(root))].join(
      delimiter,
    ),
    XDG_DATA_HOME: join(home, "data"),
    XDG_CONFIG_HOME: join(home, "config"),
    XDG_CACHE_HOME: join(home, "cache"),
    npm_config_registry: registry.url,
    npm_config_cache: join(dir, "npm-cache"),
    npm_config_prefix: prefix,
    npm_config_audit: "false",
    npm_config_fund: "false",
    npm_config_update_notifier: "false",
    ...variables,
  };
  let cwd = work;
  const run = async (script: string): Promise<string> => {
    const place = join(dir, "cwd");
    const child = spawn("sh", ["-euc", `${script}\npwd > '${place}'`], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const [stdout, stderr, status] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve)),
    ]);
    if (status !== 0) throw new Error(`${script}\nended with status ${status}:\n${stdout}${stderr}`);
    cwd = (await readFile(place, "utf8")).trim();
    await rm(place);
    return stdout;
  };
  return {
    get cwd() {
      return cwd;
    },
    run,
  };
}
