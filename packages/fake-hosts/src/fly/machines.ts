import type { Call, Handler } from "@datasette-publish/testkit";
import { FlyRefusal, appOf, machineOf } from "./answers.ts";
import { checksOf } from "./checks.ts";
import { checkGuest } from "./guest.ts";
import { resolveImage } from "./images.ts";
import { grantLease, mustHoldLease } from "./leases.ts";
import {
  flyId,
  flyRegions,
  flyUlid,
  type FlyApp,
  type FlyMachine,
  type FlyMachineConfig,
  type FlyMachineState,
  type FlyModel,
} from "./model.ts";
import { destroyMachine, launchMachine, route, stopMachine } from "./run.ts";
import { attachVolumes, checkMounts } from "./volumes.ts";

interface MachineRequest {
  readonly name?: string;
  readonly region?: string;
  readonly config: FlyMachineConfig;
  readonly min_secrets_version?: number;
  readonly skip_launch?: boolean;
  readonly skip_secrets?: boolean;
  readonly lease_ttl?: number;
  readonly current_version?: string;
}

const path = "/apps/{app_name}/machines/{machine_id}";

/** Machines: made, read, changed, started, stopped and destroyed. */
export function flyMachineHandlers(model: FlyModel): Record<string, Handler> {
  /** Does something to a machine that the caller may change. */
  const change = (act: (app: FlyApp, machine: FlyMachine, call: Call) => unknown): Handler => {
    return async (call) => {
      const app = appOf(model, call);
      const machine = machineOf(app, call);
      mustHoldLease(model, machine, call);
      if (machine.hostStatus !== "ok") throw new FlyRefusal(412, "failed_precondition: the machine's host is out of reach");
      if (machine.state === "destroyed") throw new FlyRefusal(412, "failed_precondition: machine is destroyed");
      return { status: 200, body: (await act(app, machine, call)) ?? { ok: true } };
    };
  };
  return {
    "GET /apps/{app_name}/machines": async (call) => ({ status: 200, body: await listMachines(model, appOf(model, call), call.query) }),
    "POST /apps/{app_name}/machines": async (call) => ({
      status: 200,
      body: await createMachine(model, appOf(model, call), call.body as MachineRequest),
    }),
    [`GET ${path}`]: async (call) => ({ status: 200, body: await fullBody(model, machineOf(appOf(model, call), call)) }),
    [`POST ${path}`]: change((app, machine, { body }) => updateMachine(model, app, machine, body as MachineRequest)),
    [`DELETE ${path}`]: change((app, machine, { query }) => {
      const isActive = machine.state !== "stopped" && machine.state !== "failed";
      if (isActive && query.get("force") !== "true") throw new FlyRefusal(412, "failed_precondition: machine is not stopped");
      destroyMachine(model, app, machine);
    }),
    [`POST ${path}/start`]: change((app, machine) => {
      const { state } = machine;
      if (state === "replacing") throw new FlyRefusal(412, "failed_precondition: machine getting replaced");
      if (state !== "started" && state !== "starting") launchMachine(model, app, machine, "starting");
      return { previous_state: state, migrated: false, new_host: "" };
    }),
    [`POST ${path}/stop`]: change((app, machine) => stopMachine(model, app, machine)),
    [`POST ${path}/cordon`]: change((app, machine) => cordon(app, machine, true)),
    [`POST ${path}/uncordon`]: change((app, machine) => cordon(app, machine, false)),
  };

  function cordon(app: FlyApp, machine: FlyMachine, isCordoned: boolean): void {
    machine.isCordoned = isCordoned;
    route(model, app);
  }
}

async function createMachine(model: FlyModel, app: FlyApp, request: MachineRequest): Promise<unknown> {
  const { config, region = "iad", name = flyId("machine-") } = request;
  if (!flyRegions.some((each) => each === region)) throw new FlyRefusal(400, `invalid_argument: region ${region} not found`);
  mustBeFree(app, name);
  mustHaveSecrets(app, request);
  checkMounts(app, config, region, null);
  checkGuest(config);
  const image = await resolveImage(model, config.image);
  const now = new Date().toISOString();
  const machine: FlyMachine = {
    id: flyId(),
    name,
    region,
    state: "created",
    instanceId: flyUlid(),
    config,
    image,
    secrets: request.skip_secrets === true ? {} : Object.fromEntries(app.secrets),
    createdAt: now,
    updatedAt: now,
    events: [],
    lease: null,
    isCordoned: false,
    hostStatus: "ok",
    hiddenLooks: model.hiddenLooks,
    looks: 0,
    site: null,
    startedAs: 0,
    work: Promise.resolve(),
  };
  mustBeFree(app, name);
  app.machines.set(machine.id, machine);
  return deploy(model, app, machine, request, "created");
}

/** "Machine was in a non-started state prior to the update so leaving the new version stopped", as Fly.io's log of a machine says. */
async function updateMachine(model: FlyModel, app: FlyApp, machine: FlyMachine, request: MachineRequest): Promise<unknown> {
  const { config, region = machine.region, name = machine.name } = request;
  if (request.current_version !== undefined && request.current_version !== machine.instanceId)
    throw new FlyRefusal(412, "failed_precondition: machine has another version");
  if (region !== machine.region) throw new FlyRefusal(400, "invalid_argument: a machine stays in its region");
  if (name !== machine.name) mustBeFree(app, name);
  mustHaveSecrets(app, request);
  checkMounts(app, config, region, machine.id);
  checkGuest(config);
  const image = await resolveImage(model, config.image);
  const secrets = request.skip_secrets === true ? machine.secrets : Object.fromEntries(app.secrets);
  const staysOff = request.skip_launch === true || machine.state !== "started";
  Object.assign(machine, { config, name, image, secrets, instanceId: flyUlid() });
  return deploy(model, app, machine, { ...request, skip_launch: staysOff }, "replacing");
}

/** Has a machine do what its config says from now on; the answer is from before it does. */
function deploy(
  model: FlyModel,
  app: FlyApp,
  machine: FlyMachine,
  { lease_ttl: ttl, skip_launch: staysOff = false }: MachineRequest,
  meanwhile: FlyMachineState,
): unknown {
  if (model.apps.get(app.name) !== app || machine.state.startsWith("destroy")) throw new FlyRefusal(404, "machine not found");
  attachVolumes(app, machine.config, machine.id);
  const lease = ttl === undefined ? null : grantLease(model, machine, ttl);
  (staysOff ? stopMachine : launchMachine)(model, app, machine, meanwhile);
  return { ...machineBody(machine), ...(lease === null ? {} : { nonce: lease.nonce }) };
}

function mustBeFree(app: FlyApp, name: string): void {
  const other = [...app.machines.values()].find((machine) => machine.name === name && machine.state !== "destroyed");
  if (other !== undefined) throw new FlyRefusal(409, `already_exists: machine ${other.id} has this name`);
}

function mustHaveSecrets({ secretsVersion }: FlyApp, { min_secrets_version: version = 0 }: MachineRequest): void {
  if (version > secretsVersion) throw new FlyRefusal(412, `failed_precondition: secrets have version ${secretsVersion}`);
}

async function listMachines(model: FlyModel, app: FlyApp, query: URLSearchParams): Promise<unknown[]> {
  const [region, state] = [query.get("region"), query.get("state")];
  const found = [...app.machines.values()].filter(
    (machine) =>
      (machine.state !== "destroyed" || query.get("include_deleted") === "true") &&
      (region === null || machine.region === region) &&
      (state === null || machine.state === state),
  );
  if (query.get("summary") === "true") return found.map((machine) => ({ ...machineBody(machine), config: undefined, events: undefined }));
  return Promise.all(found.map((machine) => fullBody(model, machine)));
}

async function fullBody({ uncheckedLooks }: FlyModel, machine: FlyMachine): Promise<unknown> {
  const isChecked = machine.state !== "started" || machine.looks++ >= uncheckedLooks;
  return { ...machineBody(machine), ...(await checksOf(machine, isChecked)) };
}

function machineBody(machine: FlyMachine): Record<string, unknown> {
  const { id, name, state, region, instanceId, config, image, createdAt, updatedAt, events, hostStatus, isCordoned: cordoned } = machine;
  return {
    id,
    name,
    state,
    region,
    instance_id: instanceId,
    private_ip: "fdaa:0:1::3",
    ...(hostStatus === "ok" ? { config } : { incomplete_config: config }),
    image_ref: image,
    created_at: createdAt,
    updated_at: updatedAt,
    events: events.map((event) => ({ ...event, id: id + String(event.timestamp) })),
    cordoned,
    host_status: hostStatus,
  };
}
