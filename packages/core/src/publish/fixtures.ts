import type { Login, NameRule, Provider } from "../provider/provider.ts";

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
