import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { secretsOf } from "../http/secrets.ts";
import { programLines, programOutput, type ProgramOptions } from "./run.ts";

const secret = "canary of the run";
const { text: redact } = secretsOf([secret]);
const contextOf = (signal?: AbortSignal) => ({ env: { PATH: process.env["PATH"], GREETING: "hello" }, redact, ...(signal && { signal }) });

/** Runs a script with Node, as a program of any kind. */
const run = (script: string, options: ProgramOptions = {}, signal?: AbortSignal) =>
  programOutput(contextOf(signal), process.execPath, ["-e", script], options);
const lines = (script: string, options: ProgramOptions = {}, signal?: AbortSignal) =>
  programLines(contextOf(signal), process.execPath, ["-e", script], options);
/** How a script comes by the secret: not by its arguments. */
const [env, word] = [{ env: { WORD: secret } }, "process.env.WORD"];
const copy = "process.stdin.pipe(process.stdout)";
const stays = "setInterval(() => {}, 1000);";

describe("a program", () => {
  it("gets its arguments as they are, without a shell, and the run's environment", async () => {
    const script = "process.stdout.write(JSON.stringify([process.argv[1], process.env.GREETING, process.env.MORE, process.env.HOME]))";
    const args = ["-e", script, "$(id) `id` 'a\nb'"];
    const output = await programOutput(contextOf(), process.execPath, args, { env: { MORE: "more" } });
    expect(JSON.parse(output)).toEqual(["$(id) `id` 'a\nb'", "hello", "more", null]);
  });

  it("has an input that ends, also when none is given", async () => {
    expect(await run(copy)).toBe("");
    expect(await run(copy, { input: "as it is\0é" })).toBe("as it is\0é");
  });

  it("may end without reading its input", async () => {
    const endless = (async function* () {
      for (;;) yield Buffer.alloc(65_536);
    })();
    expect(await run("console.log('enough')", { input: endless })).toBe("enough\n");
  });

  it("is fed no faster than it reads", async () => {
    let [given, read] = [0, 0];
    const input = (async function* () {
      for (let at = 0; at < 64; at++) {
        given++;
        expect(given - read).toBeLessThan(40);
        yield Buffer.alloc(65_536, "x");
      }
    })();
    const slow =
      "process.stdin.on('readable', () => { while (process.stdin.read(65536) !== null) console.log('read'); process.stdin.read(); })";
    for await (const line of lines(slow, { input })) if (line === "read") read++;
    expect(given).toBe(64);
  });

  it("is ended by an input that fails, with that error", async () => {
    const broken = (async function* () {
      yield "begun";
      await sleep(1);
      throw new Error("no more");
    })();
    await expect(run(`${stays}${copy}`, { input: broken })).rejects.toThrow("no more");
  });

  it("gives lines as they come, without secrets, and ends when nobody takes more", async () => {
    const seen: string[] = [];
    for await (const line of lines(
      `${stays}process.stdout.write("one\\r\\n" + ${word} + "\\nthr"); setTimeout(() => console.log("ee"), 50)`,
      env,
    )) {
      seen.push(line);
      if (line === "three") break;
    }
    expect(seen).toEqual(["one", "[secret]", "three"]);
    expect(await run(`process.stdout.write(${word})`, env)).toBe(secret);
  });

  it("gives a last line that has no end", async () => {
    const seen: string[] = [];
    for await (const line of lines('process.stdout.write("one\\ntwo")')) seen.push(line);
    expect(seen).toEqual(["one", "two"]);
  });
});

describe("a program that is cancelled", () => {
  it.each([
    ["ends", ""],
    ["is killed when it does not end by itself", "process.on('SIGTERM', () => {});"],
    ["ends though another one holds its output", "require('node:child_process').spawn('sleep', ['20'], { stdio: 'inherit' }).unref();"],
  ])("%s", { timeout: 20_000 }, async (_what, quirk) => {
    const stop = new AbortController();
    const begun = performance.now();
    let pid = 0;
    const reading = (async () => {
      for await (const line of lines(`${quirk}${stays}console.log(process.pid)`, {}, stop.signal)) {
        pid = Number(line);
        stop.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({ name: "AbortError" });
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });

  it("is not started once the signal has aborted", async () => {
    await expect(run("", {}, AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
  });

  it("lets its input go", async () => {
    let isOver = false;
    const stop = new AbortController();
    const input = (async function* () {
      try {
        for (;;) yield "more";
      } finally {
        isOver = true;
      }
    })();
    const running = run(stays, { input }, stop.signal);
    setTimeout(() => stop.abort(), 100);
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
    await expect.poll(() => isOver).toBe(true);
  });
});

describe("a program that fails", () => {
  const errors = [
    { status: 7, text: /who are you/, code: "CREDENTIALS_INVALID", message: "Nobody.", remedies: "Log in." },
    { status: 7, code: "HOST_BUSY", message: "Busy.", remedies: { action: "retry" } },
    { text: /no route/g, code: "HOST_UNREACHABLE", message: "Gone.", remedies: "Look." },
  ] as const;

  it.each([
    ["console.error('who are you'); process.exitCode = 7", "CREDENTIALS_INVALID"],
    ["process.exitCode = 7", "HOST_BUSY"],
    ["console.error('no route'); process.exitCode = 1", "HOST_UNREACHABLE"],
    ["console.error('no route'); process.exitCode = 2", "HOST_UNREACHABLE"],
    ["console.error('other'); process.exitCode = 1", "PROGRAM_FAILED"],
    ["process.kill(process.pid, 'SIGKILL')", "PROGRAM_FAILED"],
  ] as const)("as %j is %s", async (script, code) => {
    await expect(run(script, { errors })).rejects.toMatchObject({ code });
  });

  it("says its last words, without secrets", async () => {
    const failing = run(`console.error("x".repeat(100000) + ${word} + "\\nlast words"); process.exitCode = 3`, env);
    await expect(failing).rejects.toMatchObject({
      facts: { program: process.execPath, status: 3, detail: expect.stringMatching(/^x+\[secret\]\nlast words$/) as string },
    });
    const { message } = (await failing.catch((error: unknown) => error)) as Error;
    expect(message).toContain("last words");
    expect(message.length).toBeLessThan(1500);
    expect(message).not.toContain(secret);
  });

  it("is not what is said of one that writes to standard error and ends well", async () => {
    expect(await run("console.error('by the way'); console.log('done')")).toBe("done\n");
  });

  it("is one that writes without an end", { timeout: 30_000 }, async () => {
    await expect(run("process.stdout.write('x'.repeat(20 * 1024 * 1024))")).rejects.toMatchObject({ code: "PROGRAM_FAILED" });
  });
});

it.each([
  ["is not there", "no-such-program"],
  ["is no program", import.meta.filename],
])("says which program %s", async (_what, program) => {
  await expect(programOutput(contextOf(), program, [])).rejects.toMatchObject({ code: "PROGRAM_MISSING", facts: { program } });
});

it("starts no program with a secret as an argument", async () => {
  const attempt = programOutput(contextOf(), "no-such-program", ["--password", `x${secret}`]);
  await expect(attempt).rejects.toMatchObject({ code: "PROVIDER_INVALID", facts: { program: "no-such-program" } });
});
