import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { homeFolder } from "../http/environment.ts";
import type { Provider } from "./provider.ts";
import { findToken, forgetToken, keepToken, missingToken, tokenFile, tokenIn } from "./tokens.ts";

let env: Record<string, string>;
beforeEach(async () => {
  const home = await mkdtemp(join(tmpdir(), "tokens-test-"));
  env = { XDG_DATA_HOME: join(home, "data"), LOCALAPPDATA: home };
});
afterEach(() => rm(dirname(env["XDG_DATA_HOME"] ?? ""), { recursive: true }));

const provider = {
  name: "shelf",
  title: "Shelf",
  login: {
    env: "SHELF_TOKEN",
    url: "https://shelf.example.org/tokens",
    find: ({ SHELF_CONFIG }: Record<string, string | undefined>) =>
      Promise.resolve(SHELF_CONFIG === undefined ? null : { token: SHELF_CONFIG, from: "shelf.yml" }),
    account: () => Promise.resolve("me"),
  },
} as unknown as Provider;

describe.runIf(process.platform === "linux")("tokens", () => {
  it("come from the variable, else from publish login, else from the vendor's tool", async () => {
    expect(await findToken(provider, env)).toBeNull();
    env["SHELF_CONFIG"] = "found";
    expect(await findToken(provider, env)).toEqual({ token: "found", from: "shelf.yml" });
    const file = await keepToken("shelf", "kept", env);
    expect(await findToken(provider, env)).toEqual({ token: "kept", from: file, isKept: true });
    env["SHELF_TOKEN"] = " given\n";
    expect(await findToken(provider, env)).toEqual({ token: "given", from: "SHELF_TOKEN" });
    env["SHELF_TOKEN"] = " ";
    expect(await findToken(provider, env)).toEqual({ token: "kept", from: file, isKept: true });
  });

  it("are nobody else's to read", async () => {
    const file = await keepToken("shelf", "kept", env);
    await keepToken("other", "too", env);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(file))).mode & 0o777).toBe(0o700);
    expect(await readdir(dirname(file))).toEqual(["tokens.json"]);
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual({ shelf: "kept", other: "too" });
  });

  it("are kept in a folder of one's own, whoever made it", async () => {
    const file = tokenFile(env);
    await mkdir(dirname(file), { recursive: true });
    await chmod(dirname(file), 0o777);
    await writeFile(file, "\uFEFF{}", { mode: 0o644 });
    await keepToken("shelf", "kept", env);
    expect((await stat(dirname(file))).mode & 0o777).toBe(0o700);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(tokenFile({ XDG_DATA_HOME: "relative" })).toBe(tokenFile({}));
  });

  it.each(["", "relative"])("are kept in the user's own home when HOME is %j", (HOME) => {
    vi.stubEnv("HOME", HOME);
    expect(tokenFile({ HOME })).toBe(join(userInfo().homedir, ".local", "share", "datasette-publish", "tokens.json"));
    expect(homeFolder({ HOME })).toBe(userInfo().homedir);
    vi.unstubAllEnvs();
  });

  it("are forgotten one by one, and the file with the last", async () => {
    await keepToken("shelf", "kept", env);
    await keepToken("other", "too", env);
    expect(await forgetToken("shelf", env)).toBe(true);
    expect(await forgetToken("shelf", env)).toBe(false);
    expect(await findToken(provider, env)).toBeNull();
    expect(await forgetToken("other", env)).toBe(true);
    expect(await readdir(dirname(tokenFile(env)))).toEqual([]);
  });

  it.each(["shelf: kept", "null", '["kept"]', '{"shelf":3}'])("are not read from a file that holds %s", async (text) => {
    const file = tokenFile(env);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    for (const use of [() => findToken(provider, env), () => keepToken("other", "t", env), () => forgetToken("shelf", env)])
      await expect(use()).rejects.toMatchObject({ code: "CREDENTIALS_INVALID", facts: { file } });
    expect(await readFile(file, "utf8")).toBe(text);
  });

  it("are asked for by the name of their variable", () => {
    expect(missingToken(provider)).toMatchObject({
      code: "CREDENTIALS_MISSING",
      facts: { provider: "shelf", variable: "SHELF_TOKEN" },
      remedies: [{ action: "open-page", url: provider.login?.url }, { action: "log-in", provider: "shelf" }, { action: "advise" }],
    });
  });
});

it("are not looked for when a provider needs none", async () => {
  expect(await findToken({ name: "docker" } as Provider, {})).toBeNull();
});

const read = (text: string) => /token (\S+)/.exec(text)?.[1];

it("are read from a file of the vendor's own tool, in the user's home or anywhere", async () => {
  const home = dirname(env["XDG_DATA_HOME"] ?? "");
  const file = join(home, "config");
  await writeFile(file, "token abc\n");
  expect(await tokenIn({ HOME: home }, ["config"], read)).toEqual({ token: "abc", from: file });
  expect(await tokenIn({ HOME: "/nowhere" }, [file], read)).toEqual({ token: "abc", from: file });
  expect(await tokenIn({ HOME: home }, ["config"], () => undefined)).toBeNull();
  expect(await tokenIn({ HOME: home }, ["absent"], read)).toBeNull();
});
