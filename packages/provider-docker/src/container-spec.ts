import { randomBytes } from "node:crypto";
import { defaultPort, type Image } from "@datasette-publish/core";
import { containerName, labelsOf } from "./label.ts";

/** What a site's container is made of. */
export interface ContainerRequest {
  readonly site: string;
  readonly source: string;
  readonly image: Image;
  readonly tag: string;
  readonly hostPort: number;
  readonly url: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** A locked-down container: nothing to write to but `/tmp` in memory, no capabilities, reachable on 127.0.0.1 alone. */
export function containerSpec({ site, source, image, tag, hostPort, url, variables }: ContainerRequest) {
  const inside = exposedPort(image);
  return {
    Image: tag,
    name: `${containerName(site)}-${randomBytes(4).toString("hex")}`,
    Env: [`PORT=${inside}`, ...Object.entries(variables).map((pair) => pair.join("="))],
    Labels: labelsOf(site, source, url, Object.keys(variables)),
    ExposedPorts: { [`${inside}/tcp`]: {} },
    HostConfig: {
      ReadonlyRootfs: true,
      Tmpfs: { "/tmp": "rw,noexec,nosuid,size=256m,mode=1777" },
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      RestartPolicy: { Name: "unless-stopped" },
      PortBindings: { [`${inside}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: String(hostPort) }] },
    },
  };
}

/** The port the image's config exposes; the launcher listens there when `PORT` says so. */
export function exposedPort(image: Image): number {
  const { config } = JSON.parse(Buffer.from(image.config).toString()) as { config?: { ExposedPorts?: Record<string, unknown> } };
  return Number.parseInt(Object.keys(config?.ExposedPorts ?? {})[0] ?? "", 10) || defaultPort;
}

/** Where the site answers; `setting` is Datasette's `base_url`, made to have a slash at either end. */
export function urlOf(hostPort: number, setting = "/"): string {
  return `http://127.0.0.1:${hostPort}${`/${setting}/`.replace(/\/+/g, "/")}`;
}
