import { describe, expect, it } from "vitest";
import type { Provider } from "@datasette-publish/core";
import docker from "@datasette-publish/provider-docker";
import fly from "@datasette-publish/provider-fly";
import heroku from "@datasette-publish/provider-heroku";
import { cardsOf, checkPlace, findCard, optionsOf, placeOf } from "./card.ts";
import { toPlaceCard } from "./place-card.ts";

const server: Provider = {
  ...heroku,
  name: "server",
  title: "Server",
  options: {
    host: { type: "string", description: "Where it is, with {port}", required: true },
    port: { type: "integer", description: "Its port", minimum: 1 },
    password: { type: "string", description: "What it is entered with", secret: true, required: true, env: "SERVER_PASSWORD" },
    write: { type: "path", description: "A file", scope: "machine" },
    size: { type: "string", description: "Its size", choices: () => Promise.resolve(null), char: "s" },
  },
};
const all = [docker, fly, heroku, server];
const card = (id: string) => findCard(all, id);
const invalid = (option: string) =>
  expect.objectContaining({ code: "OPTION_INVALID", facts: expect.objectContaining({ option }) }) as Error;
const nothing = { account: null, from: null, missing: null };

describe("the cards of a provider", () => {
  it("are one, and two of Docker", () => {
    expect(cardsOf(all).map(({ id }) => id)).toEqual(["docker-file", "docker-run", "fly", "heroku", "server"]);
    expect(cardsOf(all).map(({ isPublic }) => isPublic)).toEqual([false, false, true, true, true]);
    expect(() => card("docker")).toThrow(expect.objectContaining({ code: "PROVIDER_NOT_INSTALLED" }) as Error);
  });

  it("ask neither a secret, nor what is of the machine, nor the address", () => {
    expect(Object.keys(card("server").options)).toEqual(["host", "port", "size"]);
    expect(Object.keys(card("heroku").options)).not.toContain("app");
    expect(Object.keys(card("docker-file").options)).toEqual(["platform"]);
    expect(Object.keys(card("docker-run").options)).toEqual(["port", "memory"]);
    expect(card("docker-file").verbs).toEqual([]);
    expect(card("docker-run").verbs).toEqual(["status", "logs", "rollback", "unpublish", "list"]);
  });
});

describe("a card on a page", () => {
  it("has what a form needs, and nothing of the command line", () => {
    const shown = toPlaceCard(card("server"), { account: "ada", from: "kept", missing: null }, { SERVER_PASSWORD: "canary" });
    expect(shown).toMatchObject({
      price: { text: expect.stringContaining("7 USD") },
      login: { account: "ada", from: "kept", env: "HEROKU_API_KEY" },
      address: { maxLength: 30, pattern: "^[a-z][a-z0-9-]{1,28}[a-z0-9]$" },
      isPublic: true,
      missing: null,
      options: [
        { name: "host", label: "Host", description: "Where it is, with port", required: true },
        { name: "port", type: "integer", minimum: 1 },
        { name: "size", choices: null },
      ],
    });
    expect(JSON.stringify(shown)).not.toMatch(/canary|"char"|"secret"|"scope"/);
    const [platform] = toPlaceCard(card("docker-file"), nothing, {}).options;
    expect(platform).toMatchObject({ multiple: false, choices: ["linux/amd64", "linux/arm64"] });
  });

  it("says why it cannot be chosen", () => {
    expect(toPlaceCard(card("server"), nothing, {}).missing).toBe(
      "Set the environment variable SERVER_PASSWORD (Password), then start this again.",
    );
    expect(toPlaceCard(card("docker-run"), { ...nothing, missing: "Docker does not run." }, {}).missing).toBe("Docker does not run.");
  });
});

describe("a place", () => {
  const place = { card: "server", options: {}, address: null };

  it("gives what the form asks", () => {
    const asked = { ...place, options: { host: "a.example", port: 22 }, address: "pets" };
    expect(() => checkPlace(card("server"), asked)).not.toThrow();
    expect(() => checkPlace(card("docker-file"), { ...place, options: { platform: "linux/arm64" } })).not.toThrow();
  });

  it.each([
    ["server", { password: "canary-secret" }, "password"],
    ["server", { write: "/etc/passwd" }, "write"],
    ["server", { app: "pets" }, "app"],
    ["server", { port: 0 }, "port"],
    ["docker-file", { archive: "/home/ada/pets.tar" }, "archive"],
    ["docker-file", { push: "ghcr.io/ada/pets" }, "push"],
    ["docker-file", { platform: "linux/s390x" }, "platform"],
    ["docker-run", { run: false }, "run"],
    ["docker-run", { bind: "0.0.0.0" }, "bind"],
  ])("of %s with %j is refused", (id, options, option) => {
    expect(() => checkPlace(card(id), { ...place, options })).toThrow(invalid(option));
    expect(() => checkPlace(card(id), { ...place, options })).not.toThrow("canary");
  });

  it("has an address where the host takes one, as the host takes it", () => {
    expect(() => checkPlace(card("docker-run"), { ...place, address: "pets" })).toThrow(invalid("address"));
    expect(() => checkPlace(card("heroku"), { ...place, address: "Pets!" })).toThrow(invalid("address"));
  });

  it("comes with what its card gives", () => {
    expect(optionsOf(card("docker-file"), place, "/images/1", "pets")).toEqual({ archive: "/images/1/pets.tar" });
    expect(optionsOf(card("docker-run"), { ...place, options: { port: 8007 } }, "/images/1", "pets")).toEqual({ port: 8007, run: true });
  });

  it("is found for what was published otherwise, without a secret", () => {
    expect(placeOf(docker, { run: true, port: 8007, bind: "0.0.0.0" }, null)).toEqual({
      card: "docker-run",
      options: { port: 8007 },
      address: null,
    });
    expect(placeOf(docker, { archive: "/home/ada/pets.tar" }, null)).toEqual({ card: "docker-file", options: {}, address: null });
    expect(placeOf(docker, { push: "ghcr.io/ada/pets" }, null)).toBeNull();
    expect(placeOf(server, { host: "a.example", password: "canary" }, "pets")).toEqual({
      card: "server",
      options: { host: "a.example" },
      address: "pets",
    });
  });
});
