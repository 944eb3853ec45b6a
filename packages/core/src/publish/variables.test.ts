import { describe, expect, it } from "vitest";
import { parsePluginSecret } from "../site/plugin-secrets.ts";
import { redactor } from "./redact.ts";
import { siteMark, variablesFor, type VariableRequest } from "./variables.ts";

function open(request: Partial<VariableRequest> = {}) {
  const secrets = redactor([]);
  return { secrets, variables: variablesFor({ variables: [], pluginSecrets: [], env: {}, ...request }, secrets) };
}

describe("DATASETTE_SECRET", () => {
  it("is made once per publish when the host has none", () => {
    const { variables, secrets } = open();
    const { DATASETTE_SECRET: made = "" } = variables([]);
    expect(made).toMatch(/^[0-9a-f]{64}$/);
    expect(variables(["OTHER"])).toEqual({ DATASETTE_SECRET: made });
    expect(open().variables([])["DATASETTE_SECRET"]).not.toBe(made);
    expect(secrets.text(made)).toBe("[secret]");
  });

  it("stays the host's, and else is the user's own", () => {
    const { variables } = open({ env: { DATASETTE_SECRET: "mine-own" } });
    expect(variables(["DATASETTE_SECRET"])).toEqual({});
    expect(variables([])).toEqual({ DATASETTE_SECRET: "mine-own" });
    expect(open({ env: { DATASETTE_SECRET: "" } }).variables([])["DATASETTE_SECRET"]).toMatch(/^[0-9a-f]{64}$/);
  });

  it("is replaced when the user says so", () => {
    expect(open({ variables: ["DATASETTE_SECRET=new-one"] }).variables(["DATASETTE_SECRET"])).toEqual({ DATASETTE_SECRET: "new-one" });
  });
});

describe("the user's variables", () => {
  const existing = ["DATASETTE_SECRET"];

  it("come from the command line and the environment, plugin secrets from the environment", () => {
    const request = {
      variables: ["MODE=a=b", "EMPTY=", "FROM_ENV"],
      pluginSecrets: [parsePluginSecret("auth.client_id")],
      env: { FROM_ENV: "from-env", AUTH_CLIENT_ID: "client-id" },
    };
    expect(open(request).variables(existing)).toEqual({ MODE: "a=b", EMPTY: "", FROM_ENV: "from-env", AUTH_CLIENT_ID: "client-id" });
  });

  it("are hidden when they are from the environment, or named as a secret", () => {
    const { secrets } = open({
      variables: ["FROM_ENV", "API_TOKEN=token-value", "MODE=production"],
      pluginSecrets: [parsePluginSecret("auth.client_id")],
      env: { FROM_ENV: "from-env", AUTH_CLIENT_ID: "client-id" },
    });
    expect(secrets.text("from-env client-id token-value production")).toBe("[secret] [secret] [secret] production");
  });

  it.each([
    [{ variables: ["MISSING"] }, { option: "env", variable: "MISSING" }],
    [
      { variables: ["MISSING"], env: { MISSING: "" } },
      { option: "env", variable: "MISSING" },
    ],
    [{ pluginSecrets: [parsePluginSecret("auth.key")] }, { option: "pluginSecret", variable: "AUTH_KEY" }],
    [{ variables: ["PORT=canary"] }, { option: "env", variable: "PORT" }],
    [{ variables: [`${siteMark}=canary`] }, { option: "env", variable: siteMark }],
    [{ variables: ["1X=a"] }, { option: "env" }],
    [{ variables: ["=canary"] }, { option: "env" }],
    [{ variables: ["A-B=canary"] }, { option: "env" }],
  ])("are refused: %o", (request, facts) => {
    try {
      open(request);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "OPTION_INVALID" });
      expect((error as { facts: object }).facts).toMatchObject(facts);
      expect(String(error)).not.toContain("canary");
    }
  });
});
