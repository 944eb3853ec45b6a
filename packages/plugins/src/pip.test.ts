import { afterEach, expect, it, vi } from "vitest";
import { linuxPython, parseConfig, pipDownload } from "./pip.ts";

afterEach(() => vi.unstubAllEnvs());

it("says when there is no pip", async () => {
  vi.stubEnv("PATH", "/nowhere");
  await expect(pipDownload("linux/amd64", [])).rejects.toMatchObject({ code: "PIP_MISSING" });
});

it("knows the tags of a base's wheels: of its Python, its C library and its machine", () => {
  const alpine = linuxPython({ version: "3.12", libc: "musl", architecture: "arm64" });
  expect(alpine).toMatchObject({
    version: "3.12",
    abis: ["cp312", "abi3", "none"],
    platforms: ["musllinux_1_2_aarch64", "musllinux_1_1_aarch64"],
  });
  expect(alpine.markers).toMatchObject({ python_version: "3.12", platform_machine: "aarch64", sys_platform: "linux" });
  const { platforms } = linuxPython({ version: "3.9", libc: "glibc", architecture: "amd64" });
  expect(platforms[0]).toBe("manylinux_2_28_x86_64");
  expect(platforms).toEqual(expect.arrayContaining(["manylinux_2_17_x86_64", "manylinux2014_x86_64"]));
});

it("reads what pip says of its index, and nothing else", () => {
  const said = [
    "global.cert='/etc/ca.crt'",
    "global.index-url='https://one.example/simple'",
    "global.extra-index-url='\\nhttps://two.example/simple\\nhttps://three.example/simple'",
    ":env:.index-url='https://four.example/simple'",
    "global.trusted-host='one.example'",
  ];
  expect(parseConfig(said.join("\n"))).toEqual({
    PIP_INDEX_URL: "https://four.example/simple",
    PIP_EXTRA_INDEX_URL: "https://two.example/simple https://three.example/simple",
    PIP_TRUSTED_HOST: "one.example",
  });
  expect(parseConfig("")).toEqual({});
});
