import type { LoginContext } from "@datasette-publish/core/provider";
import type { ContainerInfo } from "dockerode";
import { during, type Engine } from "./engine.ts";
import { variablesLabel } from "./label.ts";

/** What containers were given besides what their images say; a later container (earlier in the list) wins. */
export async function variablesOf(
  ctx: LoginContext,
  engine: Engine,
  containers: readonly ContainerInfo[],
): Promise<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const { Id } of containers.toReversed()) {
    const { Config } = await during(ctx, "looking at the earlier container", engine.getContainer(Id).inspect());
    const given = new Set((Config.Labels[variablesLabel] ?? "DATASETTE_SECRET").split(","));
    for (const entry of Config.Env) {
      const at = entry.indexOf("=");
      if (given.has(entry.slice(0, at))) variables[entry.slice(0, at)] = entry.slice(at + 1);
    }
  }
  return variables;
}
