import { afterEach, expect, it, vi } from "vitest";
import { pipDownload } from "./pip.ts";

afterEach(() => vi.unstubAllEnvs());

it("says when there is no pip", async () => {
  vi.stubEnv("PATH", "/nowhere");
  await expect(pipDownload("linux/amd64", [])).rejects.toMatchObject({ code: "PIP_MISSING" });
});
