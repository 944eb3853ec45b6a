import { hash } from "node:crypto";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TLSSocket } from "node:tls";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connect } from "./engine.ts";
import { whose } from "./whose.test-support.ts";

const pem = (kind: string, base64: string) => `-----BEGIN ${kind}-----\n${base64}\n-----END ${kind}-----\n`;

/** Signed by itself, for 127.0.0.1, until 2126; the key is of no use elsewhere. */
const certificate = pem(
  "CERTIFICATE",
  `MIIBXzCCAQagAwIBAgIBATAKBggqhkjOPQQDAjAWMRQwEgYDVQQDDAtlbmdpbmUu
dGVzdDAgFw0wMDAxMDEwMDAwMDBaGA8yMTI2MDEwMTAwMDAwMFowFjEUMBIGA1UE
AwwLZW5naW5lLnRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATng5HBnnSB
AjSIzK4MSTFv353JBl7JSliGWQUNw4NI1mzsjJBcpWqws7peuSLiiXsYKyo+U+e0
LaCHCoJsS1qRo0MwQTAPBgNVHRMBAf8EBTADAQH/MA8GA1UdEQQIMAaHBH8AAAEw
HQYDVR0OBBYEFJOpohbvWB0hAMH5XCs/RdB8sNcaMAoGCCqGSM49BAMCA0cAMEQC
IH5fdeeKKubS+i0sLKRpGS3ffr2p1R4GKEzbTuYqDjlkAiBdL0izOf9Rhuq2pRsp
+c6jAsiJ/RCb8MsAa17BPz3O9A==`,
);
const key = pem(
  "PRIVATE KEY",
  `MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2KmcAjIJUtHRXjbr
r5inDlO7B96zRusJGAbDi/KaRUOhRANCAATng5HBnnSBAjSIzK4MSTFv353JBl7J
SliGWQUNw4NI1mzsjJBcpWqws7peuSLiiXsYKyo+U+e0LaCHCoJsS1qR`,
);

describe("an engine behind TLS, at a context", () => {
  let home: string;
  let engine: Server;
  /** Names of those who connected, by their certificates. */
  const clients: unknown[] = [];
  const env = () => ({ HOME: home, DOCKER_CONTEXT: "far" });
  const folder = () => join(home, ".docker", "contexts", "tls", hash("sha256", "far"), "docker");

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "tls-test-"));
    clients.length = 0;
    engine = createServer({ cert: certificate, key, ca: certificate, requestCert: true, rejectUnauthorized: false });
    engine.on("request", ({ socket }, response) => {
      clients.push((socket as TLSSocket).getPeerCertificate().subject?.CN);
      response.end("OK");
    });
    await new Promise<void>((resolve) => engine.listen(0, "127.0.0.1", resolve));
    await addContext({});
    await mkdir(folder(), { recursive: true });
  });
  afterEach(async () => {
    engine.closeAllConnections();
    await new Promise((resolve) => engine.close(resolve));
    await rm(home, { recursive: true });
  });

  async function addContext(more: object): Promise<void> {
    const file = join(home, ".docker", "contexts", "meta", hash("sha256", "far"), "meta.json");
    const Host = `tcp://127.0.0.1:${(engine.address() as AddressInfo).port}`;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify({ Name: "far", Endpoints: { docker: { Host, ...more } } }));
  }

  const add = (files: Readonly<Record<string, string>>) =>
    Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder(), name), text)));

  it.each([
    ["its certificate authority alone", { "ca.pem": certificate }, undefined],
    ["a client certificate without its key", { "ca.pem": certificate, "cert.pem": certificate }, undefined],
    ["a client certificate", { "ca.pem": certificate, "cert.pem": certificate, "key.pem": key }, "engine.test"],
  ])("answers with %s", async (_what, files, client) => {
    await add(files);
    expect(await connect(whose(env()))).toBeDefined();
    expect(clients).toEqual([client]);
  });

  it("is nobody's whose certificate is not vouched for", async () => {
    expect(await connect(whose(env()))).toBeUndefined();
    expect(clients).toEqual([]);
  });

  it("is not asked who it is with SkipTLSVerify, with or without a folder", async () => {
    await addContext({ SkipTLSVerify: true });
    expect(await connect(whose(env()))).toBeDefined();
    await rm(folder(), { recursive: true });
    expect(await connect(whose(env()))).toBeDefined();
    expect(clients).toHaveLength(2);
  });

  it("is unreachable when a certificate cannot be read", async () => {
    await mkdir(join(folder(), "key.pem"));
    await expect(connect(whose(env()))).rejects.toMatchObject({
      code: "ENGINE_UNREACHABLE",
      facts: { reason: "EISDIR" },
    });
  });

  it("is unreachable when the folder cannot be looked into", async () => {
    await rm(folder(), { recursive: true });
    await symlink(folder(), folder());
    await expect(connect(whose(env()))).rejects.toMatchObject({
      code: "ENGINE_UNREACHABLE",
      facts: { reason: "ELOOP" },
    });
  });
});
