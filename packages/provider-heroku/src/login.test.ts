import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileCredentials } from "@datasette-publish/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { apiUrl, repositoryOf } from "./api/client.ts";
import { heroku } from "./provider.ts";

describe("the netrc file of Heroku's CLI", () => {
  let home: string;
  const file = () => join(home, process.platform === "win32" ? "_netrc" : ".netrc");
  const find = (env: Record<string, string> = {}) => fileCredentials({ HOME: home, ...env }).token(heroku);
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "netrc-"));
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  test.each([
    [
      "machine api.heroku.com\n  login a@example.com\n  password token-1\nmachine git.heroku.com\n  login a\n  password token-2\n",
      "token-1",
    ],
    ["machine git.heroku.com login a password token-2\nmachine api.heroku.com login a password token-1", "token-1"],
    ["machine api.heroku.com login a\nmachine git.heroku.com login a password token-2\n", undefined],
    ["machine api.heroku.com login a\ndefault login a password token-2\n", undefined],
    ["machine api.heroku.com.example.com login a password token-2\n", undefined],
    ["", undefined],
  ])("%j holds %j", async (text, token) => {
    await writeFile(file(), text);
    expect(await find()).toEqual(token === undefined ? null : { token, from: file() });
  });

  test("is not needed", async () => {
    expect(await find()).toBeNull();
  });

  test("keeps its token to its own host", async () => {
    await writeFile(file(), "machine api.heroku.com login a password token-1\nmachine api.example.com login a password token-2\n");
    expect(await find({ HEROKU_HOST: "example.com" })).toMatchObject({ token: "token-2" });
    expect(await find({ HEROKU_HOST: "http://127.0.0.1:9" })).toBeNull();
  });
});

test.each([
  [{}, "https://api.heroku.com", "registry.heroku.com/pets/web"],
  [{ HEROKU_HOST: "example.com" }, "https://api.example.com", "registry.example.com/pets/web"],
  [{ HEROKU_HOST: "https://api.example.com" }, "https://api.example.com", "registry.example.com/pets/web"],
  [{ HEROKU_HOST: "https://api.example.com/" }, "https://api.example.com", "registry.example.com/pets/web"],
  [{ HEROKU_HOST: "example.com/" }, "https://api.example.com", "registry.example.com/pets/web"],
  [{ HEROKU_HOST: "http://127.0.0.1:9", HEROKU_REGISTRY: "localhost:9" }, "http://127.0.0.1:9", "localhost:9/pets/web"],
])("%j means %s and %s", (env, url, repository) => {
  expect(apiUrl(env)).toBe(url);
  expect(repositoryOf({ env, name: "pets" })).toBe(repository);
});
