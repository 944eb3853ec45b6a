import { setOption } from "../errors/remedies.ts";
import type { Context } from "../events/events.ts";
import { warn } from "../events/warnings.ts";
import type { ImageLimits } from "../inspect/limits.ts";
import type { Recipe } from "../project/prepare.ts";
import type { Project } from "../project/project.ts";
import type { HostContext, PublishContext } from "../provider/context.ts";
import { givenValue, labelOf, rememberedOptions, requireHostChoices } from "../provider/options.ts";
import type { Provider } from "../provider/provider.ts";
import type { PluginSecret } from "../site/plugin-secrets.ts";
import { checkSbomPath } from "../sbom/sbom.ts";
import { failureOf } from "./failure.ts";
import { guardSite, warnOfOther } from "./guard.ts";
import { openHost, redactorFor, type HostRequest } from "./host-context.ts";
import { checkInterface } from "./interface.ts";
import type { Redactor } from "./redact.ts";
import { variablesFor } from "./variables.ts";

export interface TargetRequest extends HostRequest {
  /** Variables of the running site, `NAME=VALUE` or `NAME`; they never reach the image. */
  readonly variables?: readonly string[];
  /** Whose values the site gets as variables. */
  readonly pluginSecrets?: readonly PluginSecret[];
  /** The most that the user lets the image take; the host's own limits hold besides. */
  readonly limits?: ImageLimits;
  /** File for the bill of materials of what is published; see `sbomFormat` for its name. Unset: none is written. */
  readonly sbom?: string;
}

/** Where a project's site goes: a host that was logged in to and looked at, and will take it. */
export interface Target {
  readonly provider: Provider;
  readonly project: Project;
  readonly host: HostContext;
  /** Whether a publish replaces the site of its name. */
  readonly replaces: boolean;
  /** What the host adds to the site; see `withRecipe`. */
  readonly recipe: Recipe;
  readonly variables: PublishContext["variables"];
  readonly limits: ImageLimits;
  readonly sbom: string | undefined;
  /** Keeps secrets out of what leaves a publish. */
  readonly secrets: Redactor;
}

/**
 * Logs in to the host, settles what the site is called there, and has the provider look at tools and names, before anything is prepared.
 * The site of another project is not replaced unasked. Throws PublishErrors only; no secret is in one or in an event.
 */
export async function openTarget(provider: Provider, request: TargetRequest, ctx: Context): Promise<Target> {
  const secrets = redactorFor(provider, request);
  try {
    checkInterface(provider);
    const { variables: given = [], pluginSecrets = [], limits = {}, sbom, env, project } = request;
    if (sbom !== undefined) await checkSbomPath(sbom);
    const variables = variablesFor({ variables: given, pluginSecrets, env }, secrets);
    const host = await openHost(provider, request, secrets, { ...ctx, report: secrets.report(ctx.report) }, "publish");
    const replaces = await host.step("provider.check", `Check ${provider.title}`, async () => {
      await requireHostChoices(provider, request, host);
      await provider.check(host);
      const isReplacing = (await provider.replaces?.(host)) ?? true;
      warnOfOther(provider, host, await guardSite({ provider, host, replaces: isReplacing }));
      return isReplacing;
    });
    await noteOtherSites(provider, project, host);
    noteRemembered(provider, request, host);
    return { provider, project, host, replaces, recipe: (await provider.recipe?.(host)) ?? {}, variables, limits, sbom, secrets };
  } catch (error) {
    throw failureOf(error, secrets, ctx);
  }
}

/** A folder that was renamed is a new site: said before a second one is made. */
async function noteOtherSites(provider: Provider, { memory }: Project, host: HostContext): Promise<void> {
  if (host.nameFrom !== "derived" && host.nameFrom !== "site") return;
  const others = await memory.others(host.siteName, provider.name);
  if (others.length === 0) return;
  const message = `${host.siteName} is a new site at ${provider.title}; this folder published ${others.join(", ")} there before.`;
  warn(host, "SITE_NEW", message, { site: host.siteName }, setOption("name", others[0], "to update that one"));
}

/** Where the data goes is said when nobody gave it: a folder, with what it remembers, may be anybody's. */
function noteRemembered({ options: specs }: Provider, { options: given, env, project }: TargetRequest, host: HostContext): void {
  for (const [option, value] of Object.entries(rememberedOptions(specs, host.options))) {
    const spec = specs[option]!;
    if (givenValue(option, spec, given, env) !== undefined || value === spec.default) continue;
    const { place: file } = project.memory;
    const message = `${labelOf(option)} is ${value}, as ${file} says.`;
    warn(host, "OPTION_REMEMBERED", message, { option, value, file }, setOption(option, undefined, "to use another"));
  }
}
