import { PublishError } from "../errors/publish-error.ts";

/** One secret of a plugin's configuration; its value travels as an environment variable of the site, never in the image. */
export interface PluginSecret {
  readonly plugin: string;
  readonly key: string;
  /** `datasette-auth-github.client_secret` → `DATASETTE_AUTH_GITHUB_CLIENT_SECRET`, as `datasette publish` names it. */
  readonly variable: string;
}

/** Reads `<plugin>.<key>`. @throws PublishError `OPTION_INVALID` */
export function parsePluginSecret(text: string): PluginSecret {
  const [, plugin, key] = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/.exec(text) ?? [];
  if (plugin === undefined || key === undefined)
    throw new PublishError(
      "OPTION_INVALID",
      "A plugin secret is not of the form PLUGIN.KEY.",
      "Name the plugin and its key, and put the value into the environment variable PLUGIN_KEY: what is typed shows in process lists.",
      { option: "pluginSecret" },
    );
  return { plugin, key, variable: `${plugin}_${key}`.replaceAll("-", "_").toUpperCase() };
}

/** Metadata in which each secret's place points at its variable (`$env`); what a plugin has configured besides stays. */
export function withPluginSecrets(metadata: Readonly<Record<string, unknown>>, secrets: readonly PluginSecret[]): Record<string, unknown> {
  const plugins = { ...(metadata["plugins"] as Record<string, Record<string, unknown>> | undefined) };
  for (const { plugin, key, variable } of secrets) plugins[plugin] = { ...plugins[plugin], [key]: { $env: variable } };
  return secrets.length === 0 ? { ...metadata } : { ...metadata, plugins };
}
