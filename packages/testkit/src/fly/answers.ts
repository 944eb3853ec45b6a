import type { Answer, Call } from "../api/call.ts";
import type { FlyApp, FlyMachine, FlyModel } from "./model.ts";

type Status = "insufficient_capacity" | "name_taken" | "unknown";

/** An answer that a handler gives up with. */
export class FlyRefusal extends Error {
  readonly answer: Answer;

  constructor(status: number, error: string, code?: Status) {
    super(error);
    this.answer = { status, body: { error, ...(code === undefined ? {} : { status: code }) } };
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

export function appOf(model: FlyModel, { params }: Call): FlyApp {
  const app = model.apps.get(params["app_name"] ?? "");
  if (app === undefined) throw new FlyRefusal(404, "app not found");
  return app;
}

/** Destroyed machines are still known, new ones may not be yet. */
export function machineOf(app: FlyApp, { params }: Call): FlyMachine {
  const machine = app.machines.get(params["machine_id"] ?? "");
  if (machine === undefined || machine.hiddenLooks-- > 0) throw new FlyRefusal(404, "machine not found");
  return machine;
}
