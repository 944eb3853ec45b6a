import type { Context } from "../events/events.ts";
import type { Build } from "../image/build.ts";
import type { Image } from "../image/types.ts";
import { prepare } from "../project/prepare.ts";
import type { Login, NameRule, Provider } from "../provider/provider.ts";
import { plan, publish } from "./publish.ts";
import type { PublishResult } from "./result.ts";
import { openTarget, type TargetRequest } from "./target.ts";

export const token = "canary-token-part-1,canary-token-part-2";
export const login: Login = {
  env: "SHELF_TOKEN",
  url: "https://shelf.example.org/tokens",
  account: (ctx) => Promise.resolve(`owner of ${ctx.token.length}`),
};
export const names: NameRule = { option: "app", pattern: /^[a-z][a-z0-9-]*$/, maxLength: 30 };

/** A provider with a login and names that publishes nothing. */
export const shelf: Provider = {
  interface: 2,
  name: "shelf",
  title: "Shelf",
  description: "Keeps nothing",
  options: {
    app: { type: "string", description: "Name of the app" },
    pin: { type: "string", description: "Pin of the lock", secret: true },
  },
  accepts: { platforms: ["amd64"] },
  login,
  names,
  check: () => Promise.resolve(),
  plan: () => Promise.resolve([]),
  publish: () => Promise.reject(new Error("not here")),
};

/** Builds an image of nothing, for providers that do not look. */
export const noImage: Build = () => Promise.resolve(nothing);
const nothing: Image = {
  platform: { os: "linux", architecture: "amd64" },
  layers: [],
  config: Buffer.alloc(0),
  configDigest: "",
  manifest: Buffer.alloc(0),
  manifestDigest: "",
};

/** A publish from its files to its end, or only its plan. */
export async function publishOnce(
  provider: Provider,
  request: TargetRequest,
  build: Build,
  ctx: Context,
  dryRun = false,
): Promise<PublishResult> {
  const target = await openTarget(provider, request, ctx);
  await using prepared = await prepare(request.project, {}, ctx);
  return dryRun ? await plan(target, prepared) : await publish(target, prepared, build);
}
