import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CredentialStore } from "@datasette-publish/core";
import { realPart } from "@datasette-publish/testkit";
import { afterEach, describe, expect, test, vi } from "vitest";
import { flyScene, name, type FlyScene } from "./scene.test-support.ts";

/** Credentials in memory, as a server keeps those of its users. */
function credentialsOf(scene: FlyScene): CredentialStore {
  const token = scene.fake().token;
  return {
    token: () => Promise.resolve({ token, from: "memory" }),
    registry: () => Promise.reject(new Error("Fly.io's registry takes the token.")),
    keep: () => Promise.reject(new Error("Nothing is kept.")),
    forget: () => Promise.resolve(false),
  };
}

function run(scene: FlyScene): Promise<unknown> {
  const { FLY_API_TOKEN: _token, ...env } = scene.request().env;
  return scene.run({}, { credentials: credentialsOf(scene), env });
}

describe.skipIf(!realPart("registry"))("two users of one process, at once", () => {
  const users = [flyScene(), flyScene()] as const;
  afterEach(() => vi.unstubAllEnvs());
  const both = () => Promise.all(users.map(run));

  test("see no cookie, lease, token or file of each other, and none of the user whose process it is", async () => {
    const home = await poisonedHome(String(users[0].request().env["HOME"]));
    vi.stubEnv("HOME", home);
    vi.stubEnv("FLY_API_TOKEN", "the-server's-own");
    await both();
    for (const { write } of users) await write("name,legs\nRex,4\nPolly,2\n");
    await both();
    const [one, other] = users.map(seenBy);
    for (const kind of ["tokens", "cookies", "leases"] as const) {
      expect(one?.[kind].size, kind).toBeGreaterThan(0);
      expect(one?.[kind].isDisjointFrom(other?.[kind] ?? new Set()), kind).toBe(true);
    }
    for (const [at, { fake, app, request }] of users.entries()) {
      expect(seenBy(users[at]!)).toMatchObject({ tokens: new Set([`FlyV1 ${fake().token}`]), cookies: new Set([app().id]) });
      expect(app().machines.size).toBe(1);
      const folder = join(String(request().env["HOME"]), "pets");
      expect((await readdir(folder)).sort()).toEqual([".datasette-publish.json", "pets.csv"]);
      expect(await readFile(join(folder, ".datasette-publish.json"), "utf8")).not.toContain(fake().token);
    }
  });
});

/** What a Fly.io was shown by its client. */
function seenBy({ fake }: FlyScene): Record<"tokens" | "cookies" | "leases", Set<string>> {
  const requests = fake().api.requests;
  const bodies = requests.filter(({ operation }) => operation.startsWith("POST ") && operation.endsWith("/lease")).map(({ body }) => body);
  return {
    tokens: new Set(requests.map(({ headers }) => headers.authorization ?? "")),
    cookies: new Set(requests.flatMap(({ headers }) => headers.cookie?.split("=")[1] ?? [])),
    leases: new Set(bodies.map((body) => (body as { readonly description: string }).description)),
  };
}

/** The home of somebody whose credentials are everywhere, and wrong. */
async function poisonedHome(dir: string): Promise<string> {
  const home = join(dir, `home of ${name}'s server`);
  const files = {
    ".fly/config.yml": "access_token: the-server's-own\n",
    ".netrc": "machine api.fly.io password the-server's-own\n",
    ".docker/config.json": "no JSON",
    ".local/share/datasette-publish/tokens.json": "no JSON",
  };
  for (const [file, text] of Object.entries(files)) {
    await mkdir(join(home, file, ".."), { recursive: true });
    await writeFile(join(home, file), text);
  }
  return home;
}
