import { realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  makeDataDir,
  type Environment,
  type OptionValues,
  type Prepared,
  type Project,
  type Provider,
  type PublishResult,
} from "@datasette-publish/core";
import { placeOf } from "../places/card.ts";
import { openStore } from "../store/open-store.ts";

/** Name of the store's file in the folder of a workbench. */
export const storeFile = "workbench.db";

/** The folder of this machine's user that has drafts and sites. Makes it when it is not there. @throws PublishError `OUTPUT_UNWRITABLE` */
export async function workbenchFolder(env: Environment): Promise<string> {
  return makeDataDir(env, "workbench");
}

/** A publish that a front end made without a draft. */
export interface MadePublish {
  readonly prepared: Prepared;
  readonly result: PublishResult;
  readonly provider: Provider;
  /** As they were given; a secret is not kept. */
  readonly options: OptionValues;
  /** What it is called at the host. */
  readonly hostName: string;
}

/**
 * Adds a publish by any front end to this user's sites, so that every front end lists them.
 * @throws PublishError `OUTPUT_UNWRITABLE`, `STATE_INVALID`; the system's error where the file cannot be written
 */
export async function recordPublish(env: Environment, { prepared, result, provider, options, hostName }: MadePublish): Promise<void> {
  const { project, digest, site } = prepared;
  const { title } = site.serve.metadata;
  using store = openStore(join(await workbenchFolder(env), storeFile));
  store.of("local").sites.record({
    name: project.name,
    title: typeof title === "string" ? title : project.name,
    folder: await folderOf(project),
    project: project.id,
    provider: provider.name,
    place: placeOf(provider, options, provider.names === undefined ? null : hostName),
    result,
    digest,
  });
}

/** Where a project's memory is: its first folder, or the folder of its first file. */
async function folderOf({ inputs: [first] }: Project): Promise<string> {
  const path = await realpath(first!.path);
  return (await stat(path)).isDirectory() ? path : dirname(path);
}
