import { readFileSync } from "node:fs";
import { Agent } from "node:https";
import { join } from "node:path";
import type { Endpoint, Whose } from "./endpoint.ts";

/**
 * What dockerode needs for TLS. A context may lack each of the three files (docker/cli, `cli/context/docker`), a folder of `DOCKER_CERT_PATH` those of the client (`cli/flags`).
 *
 * @throws PublishError `CREDENTIALS_INVALID` when one cannot be read, `ENGINE_UNREACHABLE` when it is a context's
 */
export function tlsOptions(
  whose: Whose,
  { certificates: dir, context, skipTlsVerify }: Endpoint,
): {
  ca?: Buffer;
  cert?: Buffer;
  key?: Buffer;
  agent?: Agent;
} {
  const [ca, cert, key] = dir === undefined ? [] : ["ca.pem", "cert.pem", "key.pem"].map((name) => read(whose, dir, name, context));
  return {
    ...(ca && { ca }),
    ...(cert && key && { cert, key }),
    ...(skipTlsVerify && { agent: new Agent({ rejectUnauthorized: false }) }),
  };
}

function read(whose: Whose, dir: string, name: string, context: string | undefined): Buffer | undefined {
  const file = join(dir, name);
  try {
    return readFileSync(file);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "unknown";
    if (reason === "ENOENT" && (context !== undefined || name !== "ca.pem")) return undefined;
    throw whose.error(
      context === undefined ? "CREDENTIALS_INVALID" : "ENGINE_UNREACHABLE",
      `The engine's certificate ${file} cannot be read (${reason}).`,
      ["Correct DOCKER_CERT_PATH or Docker's context.", { action: "retry" }],
      { file, reason },
      error,
    );
  }
}
