import { expect, test } from "vitest";
import type { Deployment, Remedy } from "@datasette-publish/workbench/protocol";
import { runSteps } from "./run-steps.ts";

const deployment = (facts: Deployment["facts"], ...next: Remedy[]): Deployment => ({ provider: "docker", id: "x", url: null, next, facts });

test("the commands are those for a server to which the file was copied", () => {
  const archive = "/home/me/my sites/pets.tar";
  const made = deployment(
    { archive, archiveSizeBytes: 70_000_000 },
    { action: "run", run: ["docker", "load", "-i", archive] },
    { action: "run", run: ["docker", "run", "--rm", "-p", "127.0.0.1:8006:8006", "-e", "a b", "it's:latest"] },
  );
  expect(runSteps({ site: "pets", deployment: made })).toEqual({
    file: "pets.tar",
    sizeBytes: 70_000_000,
    load: "docker load -i pets.tar",
    run: "docker run --rm -p 127.0.0.1:8006:8006 -e 'a b' 'it'\\''s:latest'",
  });
});

test("what its maker did not say is not made up", () => {
  const other = deployment({ archive: "C:\\sites\\pets.tar" }, { action: "advise", text: "Look at it." });
  expect(runSteps({ site: "pets", deployment: other })).toEqual({ file: "pets.tar", sizeBytes: null, load: null, run: null });
  expect(runSteps({ site: "pets" }).file).toBe("pets.tar");
});
