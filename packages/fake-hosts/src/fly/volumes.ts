import { FlyRefusal, appOf } from "./answers.ts";
import { flyId, flyRegions, type FlyApp, type FlyGuest, type FlyMachineConfig, type FlyModel, type FlyVolume } from "./model.ts";
import type { Handler } from "@datasette-publish/testkit";

const defaultSizeGb = 3;

/** Volumes: each in one region, on one machine at a time. */
export function flyVolumeHandlers(model: FlyModel): Record<string, Handler> {
  return {
    "GET /apps/{app_name}/volumes": (call) => ({
      status: 200,
      body: [...appOf(model, call).volumes.values()].map((each) => volumeBody(each)),
    }),
    "POST /apps/{app_name}/volumes": (call) => {
      const volume = createVolume(appOf(model, call), call.body as VolumeRequest);
      return { status: 200, body: volumeBody(volume) };
    },
    "DELETE /apps/{app_name}/volumes/{volume_id}": (call) => {
      const app = appOf(model, call);
      const volume = volumeOf(app, call.params["volume_id"]);
      if (volume.machineId !== null) throw new FlyRefusal(412, `failed_precondition: volume is attached to machine ${volume.machineId}`);
      volume.state = "pending_destroy";
      return { status: 200, body: volumeBody(volume) };
    },
  };
}

/** Refuses mounts that a machine in this region cannot have. `machineId` is the machine's, when there is one. */
export function checkMounts(app: FlyApp, { mounts = [] }: FlyMachineConfig, region: string, machineId: string | null): void {
  if (mounts.length > 1) throw new FlyRefusal(400, "invalid_argument: a machine has at most one volume");
  for (const { volume: id, path } of mounts) {
    if (path === undefined) throw new FlyRefusal(400, "invalid_argument: a mount needs a path");
    const volume = volumeOf(app, id);
    if (volume.region !== region) throw new FlyRefusal(400, `invalid_argument: volume is in region ${volume.region}, machine in ${region}`);
    if (volume.machineId !== null && volume.machineId !== machineId)
      throw new FlyRefusal(412, `failed_precondition: volume is attached to machine ${volume.machineId}`);
  }
}

/** Puts the volumes that a config mounts on a machine, and takes the others off. */
export function attachVolumes(app: FlyApp, { mounts = [] }: FlyMachineConfig, machineId: string): void {
  const mounted = new Set(mounts.map(({ volume }) => volume));
  for (const volume of app.volumes.values())
    if (mounted.has(volume.id)) volume.machineId = machineId;
    else if (volume.machineId === machineId) volume.machineId = null;
}

interface VolumeRequest {
  readonly name: string;
  readonly region?: string;
  readonly size_gb?: number;
  readonly compute?: FlyGuest;
}

function createVolume(app: FlyApp, request: VolumeRequest): FlyVolume {
  const { name, region = "iad", size_gb: sizeGb = defaultSizeGb, compute = null } = request;
  if (!/^[a-z0-9_]{1,30}$/.test(name)) throw new FlyRefusal(422, "Validation failed: Name is invalid");
  if (!flyRegions.some((each) => each === region)) throw new FlyRefusal(400, `invalid_argument: region ${region} not found`);
  if (sizeGb < 1 || sizeGb > 500) throw new FlyRefusal(422, "Validation failed: Size is invalid");
  const createdAt = new Date().toISOString();
  const volume: FlyVolume = { id: flyId("vol_"), name, region, sizeGb, createdAt, compute, state: "created", machineId: null };
  app.volumes.set(volume.id, volume);
  return volume;
}

function volumeOf(app: FlyApp, id: string | undefined): FlyVolume {
  const volume = app.volumes.get(id ?? "");
  if (volume === undefined || volume.state !== "created") throw new FlyRefusal(404, "volume not found");
  return volume;
}

function volumeBody({ id, name, region, state, sizeGb, createdAt, machineId }: FlyVolume): unknown {
  const attached = { attached_machine_id: machineId, attached_alloc_id: null };
  return { id, name, region, state, size_gb: sizeGb, encrypted: true, created_at: createdAt, ...attached, host_status: "ok" };
}
