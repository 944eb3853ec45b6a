import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { paperSource, paperToken, writePackage } from "../../../../packages/workbench/src/providers/paper.test-support.ts";
import { bin, makeScene, type Scene } from "../scene.test-support.ts";

let scene: Scene;
let tokens: string;

beforeAll(() => {
  scene = makeScene();
  scene.env["PAPER_HOST"] = join(scene.dir, "host.json");
  tokens = join(scene.dir, "data/datasette-publish/tokens.json");
  scene.publish(["providers", "install", writePackage(join(scene.dir, "paper"), paperSource)]);
});
beforeEach(() =>
  writeFileSync(join(scene.dir, "host.json"), JSON.stringify({ pets: { url: "https://pets.example/", releases: ["v1"], current: "v1" } })),
);
afterAll(() => scene.remove());

describe("publish login and logout", () => {
  test("a token from stdin is verified, kept for its owner only, and shown nowhere", () => {
    const { status, stdout, stderr } = scene.publish(["login", "paper", "--json"], { input: `${paperToken}\n` });
    expect(stderr).toContain("https://paper.example/tokens");
    expect(JSON.parse(stdout)).toEqual({ provider: "paper", account: "ada", file: tokens, warnings: [] });
    expect(status).toBe(0);
    expect(stdout + stderr).not.toContain("canary");
    expect(statSync(tokens).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(tokens, "utf8"))).toEqual({ paper: paperToken });
  });

  test("publish providers says where the token is", () => {
    const { providers } = JSON.parse(scene.publish(["providers", "--json"]).stdout);
    expect(providers.find(({ name }: { name: string }) => name === "paper")).toMatchObject({
      title: "Paper",
      version: "1.0.0",
      platforms: ["linux/amd64"],
      maxBytes: 500_000_000,
      login: { variable: "PAPER_TOKEN", found: tokens },
    });
    const text = scene.publish(["providers"], { env: { PAPER_TOKEN: "x" } }).stdout;
    expect(text).toMatch(/docker +Docker \(built in\) +linux\/amd64 and linux\/arm64 +needs no login/);
    expect(text).toMatch(/paper +Paper \(1\.0\.0\) +linux\/amd64, up to 500\.0 MB +token in PAPER_TOKEN/);
  });

  test("publish providers says what to do about a file of tokens that is damaged", () => {
    const kept = readFileSync(tokens);
    writeFileSync(tokens, "{");
    const { providers } = JSON.parse(scene.publish(["providers", "--json"]).stdout);
    const problem = expect.stringContaining(tokens) as string;
    expect(providers.find(({ name }: { name: string }) => name === "paper")).toMatchObject({ login: { found: null, problem } });
    expect(scene.publish(["providers"]).stdout).toContain("log in again");
    writeFileSync(tokens, kept);
  });

  test.each(["", "canary-nobody", "canary-one\ncanary-two"])("%j is no token, and what was kept stays", (input) => {
    const { status, stdout, stderr } = scene.publish(["login", "paper", "--json"], { input });
    expect(JSON.parse(stdout).error).toMatchObject({ code: "CREDENTIALS_INVALID" });
    expect(status).toBe(3);
    expect(stdout + stderr).not.toContain("canary");
    expect(JSON.parse(readFileSync(tokens, "utf8"))).toEqual({ paper: paperToken });
  });

  test("a token as an argument is refused, and not repeated", () => {
    const { status, stdout, stderr } = scene.publish(["login", "paper", "canary-argument", "--json"]);
    expect(status).toBe(2);
    expect(stdout + stderr).not.toContain("canary");
  });

  test("logout forgets it, and says what remains", () => {
    const { stdout } = scene.publish(["logout", "paper", "--json"], { env: { PAPER_TOKEN: "canary-variable" } });
    expect(JSON.parse(stdout)).toEqual({ provider: "paper", forgotten: true, remaining: "PAPER_TOKEN", warnings: [] });
    expect(existsSync(tokens)).toBe(false);
    expect(JSON.parse(scene.publish(["logout", "paper", "--json"]).stdout)).toMatchObject({ forgotten: false, remaining: null });
  });

  test("without a token the verbs say how to get one", () => {
    const { error } = JSON.parse(scene.publish(["status", "paper", "pets", "--json"]).stdout);
    expect(error).toMatchObject({ code: "CREDENTIALS_MISSING", facts: { variable: "PAPER_TOKEN" } });
  });
});

/** util-linux's script gives a command a terminal. */
const script = (process.env["PATH"] ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "script"))
  .find((path) => existsSync(path));

describe.skipIf(script === undefined || process.platform !== "linux")("in a terminal", () => {
  test("login reads the token without an echo", async () => {
    const { status, stdout } = await type(["login", "paper"], /Token.*: $/, `${paperToken}\r`);
    expect(stdout).toContain("Logged in to Paper as ada");
    expect(stdout).not.toContain("canary");
    expect(status).toBe(0);
    expect(statSync(tokens).mode & 0o777).toBe(0o600);
  });

  test("unpublish shows name and URL, and wants the name", async () => {
    const unpublish = ["unpublish", "paper", "pets", "--sheet", "pets"];
    const refused = await type(unpublish, /Type pets.*: $/, "other\r", { PAPER_TOKEN: paperToken });
    expect(refused.stdout).toContain("pets (https://pets.example/)");
    expect(refused.status).toBe(2);
    expect(JSON.parse(readFileSync(join(scene.dir, "host.json"), "utf8"))).toHaveProperty("pets");
    const removed = await type(unpublish, /Type pets.*: $/, "pets\r", { PAPER_TOKEN: paperToken });
    expect(removed.status).toBe(0);
    expect(JSON.parse(readFileSync(join(scene.dir, "host.json"), "utf8"))).toEqual({});
  });

  test.each([
    ["login", ["login", "paper"], "Cancelled."],
    ["unpublish", ["unpublish", "paper", "pets", "--sheet", "pets"], "nothing was removed"],
  ])("Ctrl-C cancels %s", async (_, args, said) => {
    const stdout = expect.stringContaining(said) as string;
    expect(await type(args, /: $/, "\u0003", { PAPER_TOKEN: paperToken })).toMatchObject({ status: 130, stdout });
    expect(JSON.parse(readFileSync(join(scene.dir, "host.json"), "utf8"))).toHaveProperty("pets");
  });

  test("the end of input is no answer", async () => {
    const unpublish = ["unpublish", "paper", "pets", "--sheet", "pets"];
    expect(await type(unpublish, /: $/, "\u0004", { PAPER_TOKEN: paperToken })).toMatchObject({ status: 130 });
    expect(await type(["login", "paper"], /: $/, "\u0004")).toMatchObject({ status: 3 });
  });
});

/** Runs a command, and types at its first question. */
async function type(args: readonly string[], question: RegExp, input: string, env = {}): Promise<{ status: unknown; stdout: string }> {
  const command = [process.execPath, "--conditions=source", bin, ...args].map((word) => `'${word}'`).join(" ");
  const child = spawn(script!, ["-qec", command, "/dev/null"], { cwd: scene.dir, env: { ...scene.env, ...env } });
  let stdout = "";
  let typed = false;
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
    if (!typed && question.test(stdout)) typed = child.stdin.write(input);
  });
  const status = await new Promise((resolve) => child.on("close", resolve));
  return { status, stdout };
}
