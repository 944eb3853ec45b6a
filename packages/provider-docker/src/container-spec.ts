import { randomBytes } from "node:crypto";
import { containerName, labelsOf, type LabelValues } from "./label.ts";
import { memoryLimits } from "./memory.ts";

/** Where a container serves: its own port, and the port and address of the engine's machine that lead to it. */
export interface Binding {
  readonly inside: number;
  readonly port: number;
  readonly address: string;
}

/** What a site's container is made of. */
export interface ContainerRequest extends Omit<LabelValues, "variables"> {
  /** Reference or id of an image that the engine has. */
  readonly image: string;
  readonly binding: Binding;
  /** 0 for no limit. */
  readonly memoryMb: number;
  readonly variables: Readonly<Record<string, string>>;
}

/** A name for a new container of a site, which no other has. */
export function freshName(site: string): string {
  return `${containerName(site)}-${randomBytes(4).toString("hex")}`;
}

/** A locked-down container: nothing to write to but `/tmp` in memory, no capabilities, reachable at one address and port alone. */
export function containerSpec({ image, binding: { inside, port, address }, memoryMb, variables, ...values }: ContainerRequest) {
  return {
    Image: image,
    Env: [`PORT=${inside}`, ...Object.entries(variables).map((pair) => pair.join("="))],
    Labels: labelsOf({ ...values, variables: Object.keys(variables) }),
    ExposedPorts: { [`${inside}/tcp`]: {} },
    HostConfig: {
      ReadonlyRootfs: true,
      ...memoryLimits(memoryMb),
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      RestartPolicy: { Name: "unless-stopped" },
      PortBindings: { [`${inside}/tcp`]: [{ HostIp: address, HostPort: String(port) }] },
    },
  };
}

/** The binding of a container that {@link containerSpec} made. */
export function bindingOf(bindings: unknown): Binding {
  const [inside, bound] = Object.entries(bindings as Record<string, [{ HostIp: string; HostPort: string }]>)[0]!;
  return { inside: Number.parseInt(inside, 10), port: Number(bound[0].HostPort), address: bound[0].HostIp };
}
