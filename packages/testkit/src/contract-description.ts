import {
  deriveHostName,
  providerInterface,
  reservedOptions,
  type Login,
  type NameRule,
  type OptionSpec,
  type Provider,
} from "@datasette-publish/core";
import { expect, it } from "vitest";
import { namesFlag } from "./contract-protocol.ts";

/** What can be said of a provider without asking it for anything. */
export function describesItself(provider: Provider): void {
  it("names itself, an interface that is served, and what it takes", () => {
    expect(provider.interface).toBe(providerInterface);
    expect(provider.name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    expect(provider.title).not.toBe("");
    expect(provider.description).toMatch(/[^.\s]$/);
    expect(provider.accepts.images.platforms.length).toBeGreaterThan(0);
    expect(provider.accepts.images.compressions ?? ["gzip"]).toContain("gzip");
    expect(Object.entries(provider.instead ?? {}).flatMap(([verb, command]) => problemsOfCommand(verb, command))).toEqual([]);
  });

  it("describes its options", () => {
    expect(problemsOfReserved(provider)).toEqual([]);
    expect(Object.entries(provider.options).flatMap(([name, spec]) => problemsOfOption(name, spec, provider.options))).toEqual([]);
    const chars = Object.values(provider.options).flatMap(({ char }) => char ?? []);
    expect(new Set(chars).size).toBe(chars.length);
  });

  it("says where a token comes from, and takes the names that are made for it", () => {
    const { login, names, options } = provider;
    expect(login === undefined ? [] : problemsOfLogin(login)).toEqual([]);
    expect(names === undefined ? [] : problemsOfNames(names, options)).toEqual([]);
  });

  it("says what it costs with where that is from, and when", () => {
    const { about } = provider;
    if (about === undefined) return;
    expect(about.text).toMatch(/^\S.*\.$/);
    expect(URL.parse(about.url)?.protocol).toBe("https:");
    expect(Date.parse(about.asOf)).not.toBeNaN();
  });
}

/** The options of a provider whose names are publish's own; empty if there are none. */
export function problemsOfReserved(provider: Pick<Provider, "interface" | "options">): readonly string[] {
  const taken = reservedOptions(provider.interface);
  return Object.keys(provider.options)
    .filter((name) => taken.includes(name))
    .map((name) => `${name}: publish keeps this name for itself`);
}

/** What is wrong with the command that a provider names `instead` of a verb; empty if nothing is. */
export function problemsOfCommand(verb: string, command: unknown): readonly string[] {
  const isCommand = Array.isArray(command) && command.length > 0 && command.every((word) => typeof word === "string" && word !== "");
  return isCommand ? [] : [`instead: ${verb} is not a program and its arguments, each a string`];
}

function problemsOfLogin({ env, url }: Login): readonly string[] {
  const rules: readonly (readonly [boolean, string])[] = [
    [/^[A-Z][A-Z0-9_]*$/.test(env), `login: the variable ${env} is not in capitals`],
    [URL.parse(url)?.protocol === "https:", `login: ${url} is no https URL`],
  ];
  return rules.flatMap(([kept, problem]) => (kept ? [] : [problem]));
}

function problemsOfNames(names: NameRule, options: Provider["options"]): readonly string[] {
  const derived = sites.map((site) => deriveHostName(site, "me@example.org", names));
  return [
    ...(Object.hasOwn(options, names.option) ? [] : [`names: there is no option ${names.option}`]),
    ...(/[gy]/.test(names.pattern.flags) ? ["names: the pattern remembers its last match"] : []),
    ...derived.filter((name) => !takes(names, name)).map((name) => `names: it does not take ${name}`),
    ...nobodysNames.filter((name) => takes(names, name)).map((name) => `names: it takes ${JSON.stringify(name)}`),
  ];
}

const sites = ["a", "pets", "2026-census", "a-".repeat(40) + "b", "9".repeat(100)];
const nobodysNames = ["", "two words", "UPPER", "a\nb", "-a"];

function takes({ pattern, maxLength }: NameRule, name: string): boolean {
  return name.length <= maxLength && pattern.test(name);
}

function isList(choices: OptionSpec["choices"]): choices is readonly string[] {
  return Array.isArray(choices);
}

/** What is wrong with an option of a provider that has these `options`; empty if nothing is. */
export function problemsOfOption(name: string, spec: OptionSpec, options: Provider["options"]): readonly string[] {
  const named = [...spec.description.matchAll(/\{(\w+)\}/g)].map(([, key = ""]) => key);
  const rules: readonly (readonly [boolean, string])[] = [
    [/^[a-z][a-zA-Z0-9]*$/.test(name), "its name is not camelCase"],
    [/^\S.*[^.\s]$/.test(spec.description), "its description is no phrase without a full stop"],
    [!namesFlag(spec.description), "its description names a flag: name an option by its key in braces"],
    [named.every((key) => Object.hasOwn(options, key)), "its description names no option of the provider in braces"],
    [spec.char === undefined || /^[a-zA-Z]$/.test(spec.char), "its char is not one letter"],
    [spec.env === undefined || /^[A-Z][A-Z0-9_]*$/.test(spec.env), "its variable is not in capitals"],
    [!spec.secret || spec.default === undefined, "it is secret and has a default"],
    [!spec.required || spec.default === undefined, "it is required and has a default"],
    [
      !spec.remember || (/^(string|integer)$/.test(spec.type) && !spec.secret && !spec.multiple),
      "it is remembered, and not one plain text or number",
    ],
    [spec.level === undefined || ["main", "more"].includes(spec.level), "its level is neither main nor more"],
    [spec.scope === undefined || spec.scope === "machine", "its scope is not machine"],
    [spec.label === undefined || /^\S.*[^.\s]$/.test(spec.label), "its label is no phrase without a full stop"],
    [
      !isList(spec.choices) || spec.default === undefined || spec.choices.includes(String(spec.default)),
      "its default is none of its choices",
    ],
  ];
  return rules.flatMap(([kept, problem]) => (kept ? [] : [`${name}: ${problem}`]));
}
