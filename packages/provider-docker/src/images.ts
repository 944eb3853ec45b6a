import type { HostContext, Release, Task } from "@datasette-publish/core/provider";
import type { ContainerInfo, ImageInspectInfo } from "dockerode";
import { during, unless, type Engine } from "./engine.ts";
import { previousLabel } from "./label.ts";

/** Ids of an image of the engine, and of the one to go back to from it: what the `latest` container runs, else what that one went back to. */
export async function previousOf(
  ctx: HostContext,
  engine: Engine,
  image: string,
  latest: ContainerInfo | undefined,
): Promise<{ readonly id: string; readonly previous: string }> {
  const { Id: id } = await during(ctx, "looking at the image", engine.getImage(image).inspect());
  const previous = latest?.ImageID === id ? latest.Labels[previousLabel] : latest?.ImageID;
  return { id, previous: previous ?? "" };
}

/** The image that a container runs, and the one before it where the engine still has that. */
export async function releasesOf(engine: Engine, { ImageID, Image, State, Created, Labels }: ContainerInfo): Promise<readonly Release[]> {
  const current = {
    id: shortId(ImageID),
    current: true,
    status: State,
    description: Image,
    createdAt: new Date(Created * 1000).toISOString(),
  };
  const previous = await findImage(engine, Labels[previousLabel]);
  if (previous === null) return [current];
  return [current, { id: shortId(previous.Id), current: false, status: "", description: previous.Id, createdAt: null }];
}

/** Removes those images of removed containers that have no name and are not among `kept`. */
export async function removeUnused(
  ctx: HostContext,
  engine: Engine,
  containers: readonly ContainerInfo[],
  kept: readonly string[] = [],
): Promise<void> {
  const ids = new Set(containers.flatMap(({ ImageID, Labels }) => [ImageID, Labels[previousLabel]]));
  for (const id of ids) {
    const found = kept.includes(id ?? "") ? null : await findImage(engine, id);
    if (found !== null && (found.RepoTags ?? []).length === 0) await removeImage(ctx, engine, found.Id);
  }
}

/** Has a name mean another image; undone, it means the one that it `was`. */
export function nameTask(ctx: HostContext, engine: Engine, name: string, { id, was }: { readonly id: string; readonly was: string }): Task {
  const [, repo = "", tag = ""] = /^(.+):([^/]+)$/.exec(name) ?? [];
  const give = async (host: HostContext, image: string): Promise<void> => {
    await during(host, "naming the image", engine.getImage(image).tag({ repo, tag }));
  };
  return { verb: "update", target: name, run: () => give(ctx, id), undo: (host) => give(host, was) };
}

/** Removes the name of an image, unless it means another image by now than the one with this id. */
export async function removeName(ctx: HostContext, engine: Engine, name: string, id: string): Promise<void> {
  if ((await findImage(engine, name))?.Id === id) await removeImage(ctx, engine, name);
}

/** Another container may use it: then it stays. */
function removeImage(ctx: HostContext, engine: Engine, image: string): Promise<void> {
  return during(ctx, "removing the image", unless(404, unless(409, engine.getImage(image).remove())));
}

async function findImage(engine: Engine, image = ""): Promise<ImageInspectInfo | null> {
  return image === ""
    ? null
    : engine
        .getImage(image)
        .inspect()
        .catch(() => null);
}

function shortId(id: string): string {
  return id.replace("sha256:", "").slice(0, 12);
}
