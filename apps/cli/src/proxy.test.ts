import { expect, it } from "vitest";
import { useProxy } from "./proxy.ts";

function after(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  useProxy(env);
  return env;
}

it.each([
  [{}, "localhost,127.0.0.1,[::1]"],
  [{ NO_PROXY: ".example" }, ".example,localhost,127.0.0.1,[::1]"],
  [{ NO_PROXY: ".example", no_proxy: ".test" }, ".test,localhost,127.0.0.1,[::1]"],
  [{ NO_PROXY: "*" }, undefined],
])("no proxy is used for this machine, nor where %o says so", (env, expected) => {
  expect(after(env).no_proxy).toBe(expected);
});
