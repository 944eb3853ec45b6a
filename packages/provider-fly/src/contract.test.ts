import type { FlyFake } from "@datasette-publish/fake-hosts";
import { describeProviderContract, realPart, type Running } from "@datasette-publish/testkit";
import { describe } from "vitest";
import { fly } from "./provider.ts";
import { flyScene } from "./scene.test-support.ts";

describe.skipIf(!realPart("registry"))("Fly.io", () => {
  const { fake } = flyScene();
  describe.each([
    ["one region", {}],
    ["two regions", { region: ["iad", "lhr"] }],
    ["a volume", { createVolume: 1, createDb: ["notes"] }],
  ])("%s", (mode, options) => {
    describeProviderContract(fly, {
      mode,
      options: () => ({ app: "contract", ...options }),
      get env() {
        return fake().env;
      },
      get clock() {
        return fake().clock;
      },
      refused: { options: { region: ["mars"] }, code: "OPTION_INVALID" },
      effects: () => effectsOf(fake()),
      // The API is paced: what becomes of a site is looked at once.
      ...(mode === "one region" && { running: () => runningAt(fake()) }),
      host: { changes: () => changesOf(fake()), violations: () => fake().api.violations },
    });
  });
});

function runningAt({ apps }: FlyFake): Running | null {
  const app = apps.get("contract");
  const machines = [...(app?.machines.values() ?? [])].filter(({ state }) => !state.startsWith("destroy"));
  const image = machines.map(({ image: { digest } }) => digest).join();
  return app && machines.length > 0 ? { image, variables: Object.fromEntries(app.secrets) } : null;
}

/** What Fly.io has, in a plan's words. */
function effectsOf({ apps }: FlyFake): { verb: "create" | "update"; target: string }[] {
  const created = [...apps.values()].flatMap(({ name, ips, volumes, machines }) => [
    `app ${name}`,
    ...ips.map(({ type }) => `address ${type}`),
    ...[...volumes.values()].map(({ region }) => `volume in ${region}`),
    ...[...machines.values()].map(({ region }) => `machine in ${region}`),
  ]);
  const secrets = [...apps.values()].map((app) => [...app.secrets.keys()].join(", "));
  return [
    ...created.map((target) => ({ verb: "create" as const, target })),
    ...secrets.map((names) => ({ verb: "update" as const, target: `secrets ${names}` })),
  ];
}

/** Requests for a change, and what secrets there are instead of requests to set them: Fly.io tells nobody whether they are the same. */
function changesOf({ api, apps }: FlyFake): readonly string[] {
  const requests = api.requests.map(({ operation }) => operation);
  const secrets = [...apps.values()].flatMap((app) => [...app.secrets].map((secret) => secret.join("=")));
  return [...secrets, ...requests.filter((operation) => !operation.startsWith("GET ") && !operation.endsWith("/secrets"))];
}
