import { randomUUID } from "node:crypto";
import type { Answer, Handler } from "@datasette-publish/testkit";
import { invalid, listAnswer, onApp, problem } from "./answers.ts";
import { note } from "./dynos.ts";
import {
  currentRelease,
  timestamp,
  type HerokuApp,
  type HerokuBehaviour,
  type HerokuRelease,
  type HerokuSlug,
  type HerokuWorld,
} from "./model.ts";
import { LineLog } from "./streams.ts";

/** A release phase ends when its output is read, or after this time. */
const longestPhaseMs = 2000;

/** How soon what hangs notices that it shall not any more. */
export const hangPauseMs = 20;

/** Releases, going back to one, and config vars, each change of which makes one. */
export function releaseHandlers(world: HerokuWorld): Record<string, Handler> {
  const show = (app: HerokuApp) => (release: HerokuRelease) => showRelease(world, app, release);
  return {
    "GET /apps/{app}/releases": onApp(world, (app, call) =>
      listAnswer(call, app.releases, { version: ({ version }) => version, id: ({ id }) => id }, show(app)),
    ),
    "GET /apps/{app}/releases/{release}": onApp(world, (app, { params }) => {
      const release = findRelease(app, params["release"]);
      return release === undefined ? unknownRelease() : { status: 200, body: show(app)(release) };
    }),
    "POST /apps/{app}/releases": onApp(world, (app, { body }) => {
      const release = findRelease(app, (body as { release: string }).release);
      if (release === undefined) return unknownRelease();
      if (!isEligible(release)) return invalid(`Release v${release.version} is not eligible for rollback.`);
      app.configVars = { ...release.configVars };
      app.stack = release.slug?.stack ?? app.stack;
      const made = addRelease(world, app, { description: `Rollback to v${release.version}`, slug: release.slug });
      return { status: 201, body: show(app)(made) };
    }),
    "GET /apps/{app}/config-vars": onApp(world, ({ configVars }) => ({ status: 200, body: configVars })),
    "PATCH /apps/{app}/config-vars": onApp(world, (app, { body }) => setConfigVars(world, app, body as Record<string, string | null>)),
  };
}

/** By id or version. */
function findRelease({ releases }: HerokuApp, name = ""): HerokuRelease | undefined {
  return releases.find(({ id, version }) => id === name || String(version) === name);
}

function unknownRelease(): Answer {
  return problem(404, "not_found", "Couldn't find that release.");
}

function isEligible({ slug, status }: HerokuRelease): boolean {
  return slug !== null && status === "succeeded";
}

/** Merges; null unsets. What changes nothing makes no release. */
function setConfigVars(world: HerokuWorld, app: HerokuApp, changes: Readonly<Record<string, string | null>>): Answer {
  const changed = Object.entries(changes).filter(([name, value]) => (app.configVars[name] ?? null) !== value);
  const set = changed.flatMap(([name, value]) => (value === null ? [] : [name]));
  const unset = changed.flatMap(([name, value]) => (value === null ? [name] : []));
  const kept = Object.entries(app.configVars).filter(([name]) => !unset.includes(name));
  app.configVars = Object.fromEntries([...kept, ...set.map((name) => [name, changes[name] ?? ""] as const)]);
  const parts = [set.length > 0 ? `Set ${set.join(", ")}` : "", unset.length > 0 ? `Remove ${unset.join(", ")}` : ""];
  const description = `${parts.filter((part) => part !== "").join("; ")} config vars`;
  if (changed.length > 0) addRelease(world, app, { description, slug: currentRelease(app)?.slug ?? null });
  return { status: 200, body: app.configVars };
}

/** Makes a release with the app's config vars as they are, and runs it once its release phase has succeeded. */
export function addRelease(
  world: HerokuWorld,
  app: HerokuApp,
  { description, slug }: { description: string; slug: HerokuSlug | null },
): HerokuRelease {
  const phase = slug === null ? "none" : world.behaviour.releasePhase;
  const output = new LineLog();
  const release: HerokuRelease = {
    id: randomUUID(),
    version: app.releases.length + 1,
    description,
    createdAt: timestamp(),
    slug,
    status: phase === "none" ? "succeeded" : "pending",
    configVars: { ...app.configVars },
    outputUrl: phase === "none" ? null : world.streams.open({ log: output, tail: true, notYet: 1 }),
  };
  app.releases.push(release);
  note(app, "app[api]", `Release v${release.version} created by user ${world.account.email}`);
  world.later(async () => {
    if (phase !== "none") await runPhase(world, release, output, phase);
    await world.dynos.refresh(app);
  });
  return release;
}

async function runPhase(
  { behaviour, clock }: HerokuWorld,
  release: HerokuRelease,
  output: LineLog,
  outcome: HerokuBehaviour["releasePhase"],
): Promise<void> {
  output.write("Running release command...");
  for (const line of behaviour.releaseOutput) output.write(line);
  await Promise.race([output.opened, clock.sleep(longestPhaseMs)]);
  if (outcome === "hangs") while (behaviour.releasePhase === "hangs") await clock.sleep(hangPauseMs);
  output.write(outcome === "fails" ? "Release command failed." : "Done.");
  release.status = outcome === "fails" ? "failed" : "succeeded";
  output.end();
}

function showRelease({ account }: HerokuWorld, app: HerokuApp, release: HerokuRelease): Record<string, unknown> {
  // Heroku names none of an app that runs images.
  const slug = release.slug === null || release.slug.stack === "container" ? null : { id: release.slug.id };
  return {
    id: release.id,
    version: release.version,
    description: release.description,
    status: release.status,
    slug,
    oci_image: null,
    created_at: release.createdAt,
    updated_at: release.createdAt,
    app: { id: app.id, name: app.name },
    addon_plan_names: [],
    artifacts: slug === null ? [] : [{ type: "slug", id: slug.id }],
    user: { id: account.id, email: release.by ?? account.email },
    current: currentRelease(app) === release,
    output_stream_url: release.outputUrl,
    eligible_for_rollback: isEligible(release),
  };
}
