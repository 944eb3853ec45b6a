import type { HerokuFake } from "@datasette-publish/fake-hosts";
import { describeProviderContract, realPart } from "@datasette-publish/testkit";
import { describe } from "vitest";
import { heroku } from "./provider.ts";
import { clock, herokuScene } from "./scene.test-support.ts";

/** A request to Heroku in a plan's words. */
const words: Readonly<Record<string, { verb: "create" | "update" | "run"; target: string }>> = {
  "POST /apps": { verb: "create", target: "app contract" },
  "PATCH /apps/{app}/config-vars": { verb: "update", target: "config vars of contract" },
  "POST /apps/{app}/builds": { verb: "create", target: "build of contract" },
};

describe.skipIf(!realPart("registry"))("Heroku", () => {
  const { fake } = herokuScene();
  describe.each(["image", "remote"])("--build %s", (build) => {
    describeProviderContract(heroku, {
      mode: build,
      options: () => ({ app: "contract", build }),
      get env() {
        return fake().env;
      },
      clock,
      refused: { options: { app: "Not-A-Name" }, code: "OPTION_INVALID" },
      effects: () => [
        ...fake().api.requests.flatMap(({ operation }) => words[operation] ?? []),
        ...[...(fake().apps.get("contract")?.formation.keys() ?? [])].map(
          (type) => ({ verb: "run", target: `${type} dyno of contract` }) as const,
        ),
      ],
      running() {
        const { formation, releases, configVars } = fake().apps.get("contract") ?? {};
        const slug = releases?.findLast((release) => release.slug && release.status === "succeeded")?.slug;
        return slug && formation?.get("web")?.quantity ? { image: slug.id, variables: configVars ?? {} } : null;
      },
      hold: (signal) => fake().api.hold(signal),
      host: { changes: () => changesOf(fake()), violations: () => fake().api.violations },
    });
  });
});

/** Releases, and requests for any other change; an image that is released already may be named again. */
function changesOf({ api, apps }: HerokuFake): readonly string[] {
  const releases = [...apps.values()].flatMap((app) => app.releases.map(({ id }) => id));
  const requests = api.requests.filter(
    ({ operation, body = {} }) => !/^GET |\/log-sessions$/.test(operation) && !JSON.stringify(body).includes("docker_image"),
  );
  return [...releases, ...requests.map(({ operation }) => operation)];
}
