import { FlyRefusal, appOf, machineOf } from "./answers.ts";
import type { FlyMachine, FlyModel } from "./model.ts";
import type { Handler } from "@datasette-publish/testkit";

/** Seconds; also what a wait takes when it does not say. */
const longestTimeout = 60;
const pauseMs = 20;
const settled: readonly string[] = ["started", "stopped", "suspended", "failed", "destroyed"];

/** The wait for a machine's state, of one version of it if asked so. */
export function flyWaitHandlers(model: FlyModel): Record<string, Handler> {
  return {
    "GET /apps/{app_name}/machines/{machine_id}/wait": async (call) => {
      const machine = machineOf(appOf(model, call), call);
      const timeout = Number(call.query.get("timeout") ?? longestTimeout);
      if (timeout < 1 || timeout > longestTimeout) throw new FlyRefusal(400, "invalid_argument: timeout is not from 1 to 60");
      const version = call.query.get("version") ?? call.query.get("instance_id");
      const state = call.query.get("state") ?? "started";
      const deadlineMs = model.clock.now() + Math.min(timeout * 1000, model.waitMs);
      while (!isAt(machine, state, version)) {
        if (model.clock.now() >= deadlineMs) throw new FlyRefusal(408, `deadline_exceeded: machine did not reach ${state}`);
        await model.clock.sleep(pauseMs);
      }
      return { status: 200, body: { ok: true, state: machine.state, version: machine.instanceId } };
    },
  };
}

function isAt({ state, instanceId }: FlyMachine, wanted: string, version: string | null): boolean {
  if (version !== null && version !== instanceId) return false;
  return wanted === "settled" ? settled.includes(state) : state === wanted;
}
