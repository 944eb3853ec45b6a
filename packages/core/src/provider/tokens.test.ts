import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { homeFolder } from "../http/environment.ts";
import type { Login, Provider, TokenPlaces } from "./provider.ts";
import { findToken, forgetToken, keepToken, missingToken, tokenFile } from "./tokens.ts";

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
    find: ({ env: { SHELF_CONFIG } }: TokenPlaces) =>
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

const home = () => dirname(env["XDG_DATA_HOME"] ?? "");
const read = (text: string) => /token (\S+)/.exec(text)?.[1];
/** A token that `find` finds for the user whose home is `HOME`. */
const found = (find: NonNullable<Login["find"]>, HOME = home()) =>
  findToken({ ...provider, login: { ...provider.login!, find } }, { ...env, HOME });
const netrc = (places: TokenPlaces) => places.netrc("a.example.org");

describe("what the vendor's own tool left", () => {
  it("is read from a file in the user's home, or anywhere", async () => {
    const file = join(home(), "shelf", "config");
    await mkdir(dirname(file));
    await writeFile(file, "token abc\n");
    expect(await found((places) => places.file(["shelf", "config"], read))).toEqual({ token: "abc", from: file });
    expect(await found((places) => places.file([file], read), "/nowhere")).toEqual({ token: "abc", from: file });
    expect(await found((places) => places.file([file], () => undefined))).toBeNull();
    expect(await found((places) => places.file(["absent"], read))).toBeNull();
  });

  it("is looked for in one place after the other", async () => {
    await writeFile(join(home(), "new"), "token def\n");
    const token = await found(async ({ file }) => (await file(["old"], read)) ?? file(["new"], read));
    expect(token).toMatchObject({ token: "def" });
  });

  it.each([
    ["machine a.example.org\n  login me\n  password one\nmachine b.example.org\n  login me\n  password two\n", "one"],
    ["machine b.example.org login me password two\nmachine a.example.org login me password one", "one"],
    ["machine a.example.org login me\nmachine b.example.org login me password two\n", undefined],
    ["machine a.example.org login me\ndefault login me password two\n", undefined],
    ["machine a.example.org.example.com login me password two\n", undefined],
    ["", undefined],
  ])("is read from the netrc file: %j", async (text, token) => {
    const file = join(home(), process.platform === "win32" ? "_netrc" : ".netrc");
    expect(await found(netrc)).toBeNull();
    await writeFile(file, text);
    expect(await found(netrc)).toEqual(token === undefined ? null : { token, from: file });
  });
});
