import { describe, expect, it } from "vitest";
import { parseStanzas } from "./control.ts";
import { findMirrors, parseSources } from "./mirror.ts";

describe("parseSources", () => {
  it("reads deb822 stanzas that are on", () => {
    const text = [
      "Types: deb deb-src\n# a comment\nURIs: http://mirror.example/debian http://other.example/debian/\nSuites: bookworm",
      "Types: deb\nURIs: http://mirror.example/debian-security\nSuites: bookworm-security",
      "Types: deb\nEnabled: no\nURIs: http://off.example/debian",
      "Types: deb-src\nURIs: http://source.example/debian",
    ].join("\n\n");
    expect(parseSources(text)).toEqual(["http://mirror.example/debian", "http://other.example/debian/"]);
  });

  it("reads one-line sources, with options", () => {
    const text = "deb [arch=amd64 trusted=yes] https://mirror.example/debian bookworm main\n# deb http://off.example/debian x main\n";
    expect(parseSources(text)).toEqual(["https://mirror.example/debian"]);
  });

  it("prefers DEBIAN_MIRROR", async () => {
    expect(await findMirrors({ DEBIAN_MIRROR: "http://mine.example/debian/" })).toEqual(["http://mine.example/debian"]);
  });
});

describe("parseStanzas", () => {
  it("keeps the stanzas asked for", () => {
    const stanzas = parseStanzas("Package: a\nVersion: 1:2\n\nPackage: b\nVersion: 3\n", new Set(["a"]));
    expect([...stanzas.keys()]).toEqual(["a"]);
    expect(stanzas.get("a")?.get("Version")).toBe("1:2");
  });
});
