import type { FlyApp, FlyMachine, FlyMachineState, FlyModel } from "./model.ts";

/** (Re)starts what a machine's config says: the old site ends before the new one starts, as a volume is on one of them only. */
export function launchMachine(model: FlyModel, app: FlyApp, machine: FlyMachine, meanwhile: FlyMachineState): void {
  const version = machine.instanceId;
  enter(machine, meanwhile);
  route(model, app);
  enqueue(machine, async () => {
    if (machine.instanceId !== version) return;
    await end(machine);
    try {
      machine.site = await model.runner(startOf(model, app, machine));
      machine.startedAs = ++model.starts;
      machine.looks = 0;
      enter(machine, "started");
    } catch (error) {
      enter(machine, "failed", String(error));
    }
    route(model, app);
  });
}

export function stopMachine(model: FlyModel, app: FlyApp, machine: FlyMachine, meanwhile: FlyMachineState = "stopping"): void {
  settle(model, app, machine, meanwhile, "stopped");
}

/** Its volume is free at once. */
export function destroyMachine(model: FlyModel, app: FlyApp, machine: FlyMachine): void {
  settle(model, app, machine, "destroying", "destroyed");
  for (const volume of app.volumes.values()) if (volume.machineId === machine.id) volume.machineId = null;
}

function settle(model: FlyModel, app: FlyApp, machine: FlyMachine, meanwhile: FlyMachineState, after: FlyMachineState): void {
  enter(machine, meanwhile);
  route(model, app);
  enqueue(machine, async () => {
    await end(machine);
    enter(machine, after);
    route(model, app);
  });
}

/** Points an app's door, and the common one, at the machine that started last. */
export function route(model: FlyModel, app: FlyApp): void {
  app.door.set(latest([app])?.port ?? null);
  model.door.set(latest([...model.apps.values()])?.port ?? null);
}

function latest(apps: readonly FlyApp[]): { port: number } | null {
  const reachable = apps.filter(({ ips }) => ips.some(({ type }) => type !== "private_v6"));
  const machines = reachable.flatMap((app) => [...app.machines.values()]);
  const started = machines.filter(({ state, isCordoned }) => state === "started" && !isCordoned);
  return started.toSorted((a, b) => b.startedAs - a.startedAs)[0]?.site ?? null;
}

function startOf(model: FlyModel, app: FlyApp, machine: FlyMachine): Parameters<FlyModel["runner"]>[0] {
  const { config, image, secrets } = machine;
  const injected = {
    FLY_APP_NAME: app.name,
    FLY_REGION: machine.region,
    FLY_MACHINE_ID: machine.id,
    FLY_MACHINE_VERSION: machine.instanceId,
  };
  return {
    image: `${model.registry}/${image.repository}@${image.digest}`,
    env: { ...config.env, ...secrets, ...injected },
    port: portOf(config),
    ...(config.init?.entrypoint === undefined ? {} : { entrypoint: config.init.entrypoint }),
    ...(config.init?.cmd === undefined ? {} : { cmd: config.init.cmd }),
    volumes: (config.mounts ?? []).map(({ volume = "", path = "" }) => ({ name: volume, path })),
  };
}

function portOf({ services, env }: FlyMachine["config"]): number {
  return services?.[0]?.internal_port ?? Number(env?.["PORT"] ?? 8080);
}

async function end(machine: FlyMachine): Promise<void> {
  const { site } = machine;
  machine.site = null;
  await site?.stop();
}

function enter(machine: FlyMachine, state: FlyMachineState, reason?: string): void {
  machine.state = state;
  machine.updatedAt = new Date().toISOString();
  const [type, source] = state === "created" ? ["launch", "user"] : [state === "started" ? "start" : (reason ?? state), "flyd"];
  machine.events.unshift({ type, status: state, source, timestamp: Date.now() });
}

function enqueue(machine: FlyMachine, task: () => Promise<void>): void {
  machine.work = machine.work.then(task);
}
