import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import type { Answer, Handler } from "@datasette-publish/testkit";
import { listAnswer, onApp, problem } from "./answers.ts";
import { timestamp, type HerokuApp, type HerokuBuild, type HerokuWorld } from "./model.ts";
import { processType } from "./formation.ts";
import { addRelease, hangPauseMs } from "./releases.ts";
import { LineLog } from "./streams.ts";

const run = promisify(execFile);

interface BuildRequest {
  readonly source_blob: { readonly url?: string; readonly checksum?: string | null; readonly version?: string | null };
}

const begun = ({ order }: { readonly order: number }): number => order;

/** What builds can be ordered by. Heroku's own CLI uses one that the description does not list (`created_at`). */
const buildFields = { id: ({ id }: { readonly id: string }) => id, started_at: begun, created_at: begun };

/** Where source goes, and builds of it. */
export function buildHandlers(world: HerokuWorld): Record<string, Handler> {
  return {
    "POST /sources": () => {
      const url = world.sources.open();
      return { status: 201, body: { source_blob: { get_url: url, put_url: url } } };
    },
    "POST /apps/{app}/builds": onApp(world, (app, { body }) => create(world, app, body as BuildRequest)),
    "GET /apps/{app}/builds": onApp(world, (app, call) => {
      const builds = [...app.builds.values()].map((build, order) => ({ build, order, id: build.id }));
      return listAnswer(call, builds, buildFields, ({ build }) => showBuild(world, app, build));
    }),
    "GET /apps/{app}/builds/{build}": onApp(world, (app, { params }) => {
      const build = app.builds.get(params["build"] ?? "");
      if (build === undefined) return problem(404, "not_found", "Couldn't find that build.");
      return { status: 200, body: showBuild(world, app, build) };
    }),
  };
}

function create(world: HerokuWorld, app: HerokuApp, { source_blob: source }: BuildRequest): Answer {
  const output = new LineLog();
  const build: HerokuBuild = {
    id: randomUUID(),
    createdAt: timestamp(),
    status: "pending",
    release: null,
    source: { url: source.url ?? "", checksum: source.checksum ?? null, version: source.version ?? null },
    outputUrl: world.streams.open({ log: output, tail: true, notYet: 1 }),
  };
  app.builds.set(build.id, build);
  world.later(async () => {
    try {
      await work(world, app, build, output);
      build.status = "succeeded";
    } catch (error) {
      output.write(` !     ${error instanceof Error ? error.message : String(error)}`);
      build.status = "failed";
    }
    output.end();
  });
  return { status: 201, body: showBuild(world, app, build) };
}

async function work(world: HerokuWorld, app: HerokuApp, build: HerokuBuild, output: LineLog): Promise<void> {
  output.write("=== Fetching app code");
  const file = await fetchSource(world, app, build);
  output.write("=== Building web (Dockerfile)");
  while (world.behaviour.builds === "hang") await world.clock.sleep(hangPauseMs);
  if (world.behaviour.builds === "fail") throw new Error("The build failed.");
  const id = await world.builder(file, (line) => output.write(line));
  app.stack = app.buildStack;
  processType(world, app, "web");
  const description = `Deploy ${(build.source.version ?? build.id).slice(0, 8)}`;
  const slug = { id: randomUUID(), stack: app.stack, images: { web: { configDigest: id, reference: id } } };
  build.release = addRelease(world, app, { description, slug });
}

/** The tarball, which has to be whole and to hold what a container build needs. */
async function fetchSource(world: HerokuWorld, app: HerokuApp, { source }: HerokuBuild): Promise<string> {
  const upload = world.sources.find(source.url);
  if (upload === null) throw new Error("The source could not be fetched.");
  if (source.checksum !== null && source.checksum.toLowerCase() !== `sha256:${upload.sha256}`)
    throw new Error("The checksum of the source is another.");
  if (app.buildStack !== "container") throw new Error("No default language could be detected for this app.");
  const { stdout } = await run("tar", ["--list", "--gzip", "--file", upload.file]);
  const names = stdout.split("\n").map((name) => name.replace(/^\.\//, ""));
  const manifest = names.find((name) => name === "heroku.yml");
  if (manifest === undefined || !names.includes("Dockerfile")) throw new Error("heroku.yml or Dockerfile is missing.");
  const { stdout: yaml } = await run("tar", ["--extract", "--gzip", "--to-stdout", "--file", upload.file, "heroku.yml"]);
  if (!/^build:\s+docker:\s+web: Dockerfile$/m.test(yaml)) throw new Error("heroku.yml does not build web from Dockerfile.");
  return upload.file;
}

function showBuild({ account }: HerokuWorld, app: HerokuApp, build: HerokuBuild): Record<string, unknown> {
  const { release } = build;
  return {
    id: build.id,
    created_at: build.createdAt,
    updated_at: timestamp(),
    status: build.status,
    app: { id: app.id },
    buildpacks: null,
    output_stream_url: build.outputUrl,
    source_blob: build.source,
    stack: app.buildStack,
    release: release === null ? null : { id: release.id },
    slug: release?.slug ? { id: release.slug.id } : null,
    user: { id: account.id, email: account.email },
  };
}
