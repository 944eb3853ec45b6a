import { randomUUID } from "node:crypto";
import type { Answer, Call, Handler } from "@datasette-publish/testkit";
import { invalid, listAnswer, onApp, problem } from "./answers.ts";
import { currentRelease, idOf, timestamp, type HerokuApp, type HerokuFormation, type HerokuImage, type HerokuWorld } from "./model.ts";
import { addRelease } from "./releases.ts";

/** Dyno sizes of the Common Runtime. */
const sizes = ["Basic", "Eco", "Standard-1X", "Standard-2X", "Performance-M", "Performance-L", "Performance-L-RAM", "Performance-XL"];

/** `docker_image` is of this version only. */
const dockerReleases = /application\/vnd\.heroku\+json;\s*version=3\.docker-releases/;
const dockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

interface FormationUpdate {
  readonly type: string;
  readonly quantity?: number;
  readonly dyno_size?: { readonly id?: string; readonly name?: string };
  readonly docker_image?: string;
}

/** Process types: which image, how many dynos, of which size. */
export function formationHandlers(world: HerokuWorld): Record<string, Handler> {
  return {
    "GET /apps/{app}/formation": onApp(world, (app, call) =>
      listAnswer(call, [...app.formation.values()], { type: ({ type }) => type, id: ({ id }) => id }, (each) => showFormation(app, each)),
    ),
    "PATCH /apps/{app}/formation": onApp(world, (app, call) => update(world, app, call)),
    "GET /apps/{app}/dynos": onApp(world, (app, call) =>
      listAnswer(call, showDynos(app), { name: ({ name }) => name, id: ({ id }) => id }, (dyno) => dyno),
    ),
  };
}

/** Everything is looked at before anything is done. */
async function update(world: HerokuWorld, app: HerokuApp, { body, headers }: Call): Promise<Answer> {
  const { updates } = body as { updates: readonly FormationUpdate[] };
  const pushed = await findImages(world, app, updates, headers.accept ?? "");
  if ("status" in pushed) return pushed;
  const images = pushed.images;
  for (const { type, dyno_size: size, quantity = 0 } of updates) {
    if (!app.formation.has(type) && images[type] === undefined)
      return problem(404, "not_found", `Couldn't find that process type (${type}).`);
    if (size !== undefined && sizeOf(size) === undefined) return invalid(`Couldn't find that dyno size (${size.name ?? size.id}).`);
    if (quantity < 0) return invalid("The quantity cannot be negative.");
  }
  releaseImages(world, app, images);
  const changed = updates.map((each) => scale(world, app, each));
  void world.dynos.refresh(app);
  return { status: 200, body: changed.map((each) => showFormation(app, each)) };
}

function scale(world: HerokuWorld, app: HerokuApp, { type, quantity, dyno_size: size }: FormationUpdate): HerokuFormation {
  const formation = processType(world, app, type);
  formation.quantity = quantity ?? formation.quantity;
  formation.size = (size === undefined ? undefined : sizeOf(size)) ?? formation.size;
  return formation;
}

/** A process type that is new has one dyno when it is `web`, else none. */
export function processType({ behaviour }: HerokuWorld, app: HerokuApp, type: string): HerokuFormation {
  const quantity = type === "web" ? 1 : 0;
  const known = app.formation.get(type) ?? { id: randomUUID(), type, quantity, size: behaviour.defaultSize };
  app.formation.set(type, known);
  return known;
}

function sizeOf({ id, name }: { readonly id?: string; readonly name?: string }): string | undefined {
  return sizes.find((size) => idOf(`size ${size}`) === id || size.toLowerCase() === name?.toLowerCase());
}

type Images = Readonly<Record<string, HerokuImage>>;

/** The images that `docker_image` names, each pushed as `latest` of its process type; or why not. */
async function findImages(
  world: HerokuWorld,
  app: HerokuApp,
  updates: readonly FormationUpdate[],
  accept: string,
): Promise<Answer | { images: Images }> {
  const images: Record<string, HerokuImage> = {};
  for (const { type, docker_image: digest } of updates) {
    if (digest === undefined) continue;
    if (!dockerReleases.test(accept)) return invalid("docker_image is not a parameter of this version of the API.");
    if (app.generation === "fir") return invalid("Fir apps do not take images of the container registry.");
    if (app.buildStack !== "container") return invalid(`The app's build stack is ${app.buildStack}, not container.`);
    const image = await findImage(world, app, type);
    if (image?.configDigest !== digest) return problem(404, "not_found", `Couldn't find the image ${digest} of ${type}.`);
    images[type] = image;
  }
  return { images };
}

async function findImage({ registry }: HerokuWorld, app: HerokuApp, type: string): Promise<HerokuImage | null> {
  const repository = `${app.name}/${type}`;
  const response = await fetch(`${registry.url}/v2/${repository}/manifests/latest`, { headers: { accept: dockerManifest } });
  if (!response.ok) return null;
  const { config } = (await response.json()) as { config: { digest: string } };
  return { configDigest: config.digest, reference: `${registry.host}/${repository}@${response.headers.get("docker-content-digest")}` };
}

/** No release when every image runs already. */
function releaseImages(world: HerokuWorld, app: HerokuApp, images: Images): void {
  const before = currentRelease(app)?.slug?.images ?? {};
  const changed = Object.entries(images).filter(([type, { configDigest }]) => before[type]?.configDigest !== configDigest);
  if (changed.length === 0) return;
  app.stack = app.buildStack;
  for (const [type] of changed) processType(world, app, type);
  const names = changed.map(([type, { configDigest }]) => `${type} (${configDigest.slice("sha256:".length, "sha256:".length + 12)})`);
  const slug = { id: randomUUID(), stack: app.stack, images: { ...before, ...images } };
  addRelease(world, app, { description: `Deployed ${names.join(", ")}`, slug });
}

function showFormation(app: HerokuApp, { id, type, quantity, size }: HerokuFormation): Record<string, unknown> {
  const times = { created_at: app.createdAt, updated_at: timestamp() };
  const shownSize = { id: idOf(`size ${size}`), name: size };
  return { id, type, quantity, size, dyno_size: shownSize, command: "", app: { id: app.id, name: app.name }, ...times };
}

function showDynos(app: HerokuApp): { name: string; id: string }[] {
  const { dyno, formation } = app;
  const web = formation.get("web");
  if (dyno === null || web === undefined) return [];
  return Array.from({ length: web.quantity }, (_, i) => ({
    id: idOf(`${dyno.id} ${i}`),
    name: `web.${i + 1}`,
    type: "web",
    size: web.size,
    state: dyno.state,
    command: "",
    attach_url: null,
    app: { id: app.id, name: app.name },
    release: { id: dyno.release.id, version: dyno.release.version },
    created_at: dyno.createdAt,
    updated_at: dyno.createdAt,
  }));
}
