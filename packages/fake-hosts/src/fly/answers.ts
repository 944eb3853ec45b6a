import type { Answer, Call } from "@datasette-publish/testkit";
import type { FlyApp, FlyMachine, FlyModel } from "./model.ts";

/** An error's text, and the code that some have. */
interface Problem {
  readonly error?: string;
  readonly message?: string;
  readonly status?: "insufficient_capacity" | "name_taken" | "error";
  readonly code?: string;
}

/** An answer that a handler gives up with. */
export class FlyRefusal extends Error {
  readonly answer: Answer;

  constructor(status: number, problem: string | Problem) {
    super(`refused with ${status}`);
    this.answer = { status, body: typeof problem === "string" ? { error: problem } : problem };
  }
}

/** Lets a handler throw its refusal. */
export function refusable(handler: (call: Call) => Answer | Promise<Answer>): (call: Call) => Promise<Answer> {
  return async (call) => {
    try {
      return await handler(call);
    } catch (error) {
      if (error instanceof FlyRefusal) return error.answer;
      throw error;
    }
  };
}

/** By it a call reaches the node that made an app. */
export const affinityCookie = "fly_flaps_affinity";

export function appOf(model: FlyModel, { params, headers }: Call): FlyApp {
  const name = params["app_name"] ?? "";
  const app = model.apps.get(name);
  // Another organization's (fly-go, AppNameAvailable).
  if (app === undefined && model.taken.has(name)) throw new FlyRefusal(403, "forbidden");
  const isHidden = app && headers.cookie !== `${affinityCookie}=${app.id}` && app.hiddenLooks-- > 0;
  if (app === undefined || isHidden) throw new FlyRefusal(404, "app not found");
  return app;
}

/** Destroyed machines are still known, new ones may not be yet. */
export function machineOf(app: FlyApp, { params }: Call): FlyMachine {
  const machine = app.machines.get(params["machine_id"] ?? "");
  if (machine === undefined || machine.hiddenLooks-- > 0) throw new FlyRefusal(404, "machine not found");
  return machine;
}
