import { existsSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { Provider } from "@datasette-publish/core";

/** The access key that the desk takes. */
export const deskKey = "canary-key-of-the-desk";

/** A host that keeps nothing, and knows one key. With `DESK_GATE`, a publish waits until that file is there. */
const desk: Provider = {
  interface: 1,
  name: "desk",
  title: "Desk",
  description: "Takes every site",
  options: {
    drawer: { type: "string", description: "Which drawer", choices: ["top", "bottom"] },
    lock: { type: "string", description: "A secret", secret: true },
  },
  accepts: { images: { platforms: ["linux/amd64"] } },
  login: {
    env: "DESK_KEY",
    url: "https://desk.example/keys",
    account: ({ token }) => (token === deskKey ? Promise.resolve("ada") : Promise.reject(refused())),
  },
  check: () => Promise.resolve(),
  rollout: ({ env, signal }) => {
    const put = {
      verb: "create",
      target: "drawer",
      async run() {
        while (env["DESK_GATE"] !== undefined && !existsSync(env["DESK_GATE"])) await setTimeout(20, undefined, { signal });
      },
    } as const;
    return Promise.resolve({ tasks: [put], resumes: false, result: () => ({ facts: {} }) });
  },
};

function refused(): Error {
  return Object.assign(new Error("The desk does not know this key."), { code: "CREDENTIALS_INVALID", remedies: [], facts: {} });
}

export const findProviders = (): Promise<readonly Provider[]> => Promise.resolve([desk]);
