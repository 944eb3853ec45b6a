import { Flags } from "@oclif/core";
import {
  defaultTimeoutMs,
  keepModes,
  parsePluginSecret,
  type KeepAnswers,
  type PrepareOptions,
  type SiteOptions,
  type TargetRequest,
} from "@datasette-publish/core";
import { withExtraOptions } from "../extra-options.ts";
import { toConvertOptions } from "../convert-options.ts";
import { several, toSiteOptions, type Given } from "../flags.ts";
import { limitFlags, toLimits } from "../limits.ts";

/** What every publish command takes, whatever its provider. */
export const commonFlags = {
  "dry-run": Flags.boolean({ description: "Print what publish would do, and do none of it" }),
  check: Flags.boolean({ description: "Check the site in the preview before delivering [default: true]", default: true, allowNo: true }),
  serve: Flags.boolean({ description: "Keep the checked preview open on localhost until Ctrl-C" }),
  open: Flags.boolean({ description: "Open the published site in the browser" }),
  timeout: Flags.integer({
    description: `How long the published site may take to serve every table [default: ${defaultTimeoutMs / 1000}]`,
    helpValue: "SECONDS",
    min: 1,
    max: 86_400,
  }),
  ...limitFlags,
  slim: Flags.boolean({ description: "Leave out of the image what serving does not need" }),
  sbom: Flags.string({
    description: "Write what is in the image, as SPDX (site.spdx.json) or CycloneDX (site.cdx.json)",
    helpValue: "FILE",
  }),
  cors: Flags.boolean({ description: "Let pages of other sites read the data [default: true]", allowNo: true }),
  "keep-answers": Flags.string({
    description: "Whether the site keeps its answers in memory; auto: unless one may depend on who asks [default: auto]",
    options: [...keepModes],
  }),
  "cdn-seconds": Flags.integer({
    description: "How long a CDN in front of the site may keep pages of tables; the default is as long as browsers",
    helpValue: "SECONDS",
    min: 1,
    max: 31_536_000,
  }),
  env: Flags.string({
    description: "Environment variable of the published site; NAME alone takes the value it has here",
    helpValue: "NAME=VALUE",
    ...several,
  }),
  "plugin-secret": Flags.string({
    description:
      "Part of a plugin's configuration to keep secret, e.g. auth.client_secret; its value is read from the variable AUTH_CLIENT_SECRET",
    helpValue: "PLUGIN.KEY",
    aliases: ["plugin_secret"],
    ...several,
  }),
};

/** What of a publish our own flags say: where it goes, and how the site is made. */
export function toRequest(
  given: Given,
): Pick<TargetRequest, "variables" | "pluginSecrets" | "timeoutMs" | "limits" | "sbom"> & PrepareOptions {
  const own = withExtraOptions(given);
  const secrets = (own["plugin-secret"] as readonly string[] | undefined) ?? [];
  const pluginSecrets = secrets.map(parsePluginSecret);
  return {
    variables: (own["env"] as readonly string[] | undefined) ?? [],
    pluginSecrets,
    ...toTimeout(own),
    limits: toLimits(own),
    ...(typeof own["sbom"] === "string" && { sbom: own["sbom"] }),
    convert: toConvertOptions(own),
    site: { ...toSiteOptions(own), pluginSecrets, ...toServing(own) },
  };
}

function toServing({ cors, slim, "keep-answers": keep, "cdn-seconds": seconds }: Given): SiteOptions {
  return {
    ...(typeof cors === "boolean" && { cors }),
    ...(slim === true && { slim }),
    ...(keep !== undefined && { keepAnswers: keep as KeepAnswers }),
    ...(typeof seconds === "number" && { cdnSeconds: seconds }),
  };
}

/** `--timeout`, where it was given. */
export function toTimeout({ timeout }: Given): { timeoutMs?: number } {
  return typeof timeout === "number" ? { timeoutMs: timeout * 1000 } : {};
}
