import { describe, expect, it } from "vitest";
import { parsePluginSecret, withPluginSecrets } from "./plugin-secrets.ts";

describe("parsePluginSecret", () => {
  it("names the variable as datasette publish does", () => {
    expect(parsePluginSecret("datasette-auth-github.client_secret")).toEqual({
      plugin: "datasette-auth-github",
      key: "client_secret",
      variable: "DATASETTE_AUTH_GITHUB_CLIENT_SECRET",
    });
  });

  it.each(["", "plugin", "plugin.", ".key", "a.b.c", "plugin.key=canary", "plugin key.x"])("refuses %j without showing it", (text) => {
    try {
      parsePluginSecret(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "OPTION_INVALID", facts: { option: "pluginSecret" } });
      expect(String(error)).not.toContain("canary");
    }
  });
});

describe("withPluginSecrets", () => {
  const secret = parsePluginSecret("auth.client_secret");
  const metadata = { title: "Pets", plugins: { auth: { client_id: "x", client_secret: "old" }, other: { a: 1 } } };

  it("points at variables, and keeps what else is configured", () => {
    expect(withPluginSecrets(metadata, [secret, parsePluginSecret("auth.key"), parsePluginSecret("new.token")])).toEqual({
      title: "Pets",
      plugins: {
        auth: { client_id: "x", client_secret: { $env: "AUTH_CLIENT_SECRET" }, key: { $env: "AUTH_KEY" } },
        other: { a: 1 },
        new: { token: { $env: "NEW_TOKEN" } },
      },
    });
    expect(metadata.plugins.auth.client_secret).toBe("old");
  });

  it("adds no plugins when there is no secret", () => {
    expect(withPluginSecrets({ title: "Pets" }, [])).toEqual({ title: "Pets" });
  });
});
