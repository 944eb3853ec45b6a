import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { readContract } from "./contract.ts";
import { validatorOf } from "@datasette-publish/testkit";

const script = fileURLToPath(new URL("../../../scripts/contracts.mjs", import.meta.url));

test("the types in the providers are those of the contracts", async () => {
  await expect(promisify(execFile)(process.execPath, [script, "--check"])).resolves.toMatchObject({ stderr: "" });
});

test.each(["heroku", "fly"] as const)("every schema of %s compiles, and every operation refuses an unknown key", (host) => {
  const contract = readContract(host);
  const validator = validatorOf(contract);
  for (const [operation, { request, responses }] of Object.entries(contract.operations)) {
    expect(validator.query(operation, new URLSearchParams("bogus=1")), operation).toContain("bogus");
    if (request !== null) expect(validator.request(operation, { "bogus!": 1 }), operation).toContain("bogus!");
    for (const [status, schema] of Object.entries(responses)) {
      const isOpen = schema !== null && Object.keys(schema).length === 0;
      expect(validator.response(operation, Number(status), 5) === null, `${operation} ${status}`).toBe(isOpen);
    }
  }
});

test("Heroku takes an image by digest, and nothing it does not know", () => {
  const { request } = validatorOf(readContract("heroku"));
  const image = `sha256:${"0".repeat(64)}`;
  expect(request("PATCH /apps/{app}/formation", { updates: [{ type: "web", docker_image: image }] })).toBeNull();
  expect(request("PATCH /apps/{app}/formation", { updates: [{ type: "web", docker_image: "latest" }] })).toContain("docker_image");
  expect(request("PATCH /apps/{app}/formation", { updates: [{ type: "web", image }] })).toContain("(image)");
  expect(request("PATCH /apps/{app}/config-vars", { KEY: "value", OLD: null })).toBeNull();
});

test("Fly leases come in both shapes, and a secret may be unset", () => {
  const { request, response } = validatorOf(readContract("fly"));
  const lease = "POST /apps/{app_name}/machines/{machine_id}/lease";
  expect(response(lease, 201, { nonce: "n", expires_at: 1 })).toBeNull();
  expect(response(lease, 201, { status: "success", data: { nonce: "n" } })).toBeNull();
  expect(response(lease, 201, { data: { nonce: "n" } })).not.toBeNull();
  expect(request("POST /apps/{app_name}/secrets", { values: { A: "1", OLD: null } })).toBeNull();
  expect(request("POST /apps/{app_name}/machines", { config: { image: "i", services: [{ auto_stop_machines: "stop" }] } })).toContain(
    "auto_stop_machines",
  );
});
