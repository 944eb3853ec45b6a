import { request as send, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from "node:http";
import { pipeline } from "node:stream";

/** A hosted registry's rules. */
export interface RegistryDoorOptions {
  /** `localhost:<port>` of the registry behind, which asks nobody who they are. */
  readonly registry: string;
  /** Whether these HTTP Basic credentials are good. */
  authorize(user: string, password: string): boolean;
  /** Whether who is authorized may use this repository. Unset: any. */
  mayUse?(repository: string): boolean;
  /** Whether the registry knows this repository by now, asked when an upload begins. Unset: yes. */
  knows?(repository: string): boolean;
  /** Only Docker's own manifests (image manifest version 2, schema 2) are taken. */
  readonly refuseOci: boolean;
}

/** Answers a request below `/v2/` and says true; anything else is left alone. */
export type RegistryDoor = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<boolean>;

const dockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

/** A hosted registry's rules (who may push what) in front of a real registry, which does the work. */
export function registryDoor(options: RegistryDoorOptions): RegistryDoor {
  return async (request, response, url) => {
    if (url.pathname !== "/v2" && !url.pathname.startsWith("/v2/")) return false;
    const refused = refusalOf(request, url, options);
    if (refused === null) await pass(request, response, options.registry);
    else refuse(request, response, refused);
    return true;
  };
}

/** An answer of the distribution spec, "Error Codes". */
interface Refusal {
  readonly status: number;
  readonly code: "UNAUTHORIZED" | "DENIED" | "NAME_UNKNOWN" | "UNSUPPORTED";
}

function refusalOf(request: IncomingMessage, { pathname }: URL, options: RegistryDoorOptions): Refusal | null {
  const { user, password } = readBasic(request.headers.authorization);
  if (!options.authorize(user, password)) return { status: 401, code: "UNAUTHORIZED" };
  const [, repository, kind] = /^\/v2\/(.+?)\/(manifests|blobs|tags|referrers)\//.exec(pathname) ?? [];
  if (repository !== undefined && options.mayUse?.(repository) === false) return { status: 403, code: "DENIED" };
  if (repository !== undefined && request.method === "POST" && options.knows?.(repository) === false)
    return { status: 404, code: "NAME_UNKNOWN" };
  const isManifest = request.method === "PUT" && kind === "manifests";
  if (options.refuseOci && isManifest && request.headers["content-type"] !== dockerManifest) return { status: 405, code: "UNSUPPORTED" };
  return null;
}

function refuse(request: IncomingMessage, response: ServerResponse, { status, code }: Refusal): void {
  request.resume();
  const challenge = status === 401 ? { "www-authenticate": 'Basic realm="registry"' } : {};
  response.writeHead(status, { "content-type": "application/json", ...challenge });
  response.end(JSON.stringify({ errors: [{ code, message: code.toLowerCase() }] }));
}

/** User and password of an `Authorization` header (RFC 7617); both empty when there is none. */
export function readBasic(header: string | undefined): { user: string; password: string } {
  const encoded = /^basic\s+(\S+)$/i.exec(header ?? "")?.[1];
  const [user = "", ...rest] = Buffer.from(encoded ?? "", "base64")
    .toString()
    .split(":");
  return { user, password: rest.join(":") };
}

function pass(request: IncomingMessage, response: ServerResponse, registry: string): Promise<void> {
  const { authorization: _, ...headers } = request.headers;
  const inner = send(`http://${registry}${request.url}`, { method: request.method, headers: { ...headers, host: registry }, agent: false });
  const host = request.headers.host ?? "";
  return new Promise((resolve) => {
    response.on("close", () => {
      inner.destroy();
      resolve();
    });
    inner.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, relocated(answer.headers, registry, host));
      pipeline(answer, response, () => {});
    });
    inner.on("error", () => response.destroy());
    request.pipe(inner);
  });
}

/** The registry behind names itself in `Location`: the next request has to come through the door again. */
function relocated(headers: OutgoingHttpHeaders, registry: string, host: string): OutgoingHttpHeaders {
  const { location } = headers;
  if (typeof location !== "string") return headers;
  return { ...headers, location: location.replace(`http://${registry}/`, `http://${host}/`) };
}
