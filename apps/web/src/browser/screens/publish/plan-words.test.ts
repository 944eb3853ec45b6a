import { expect, test } from "vitest";
import type { PlanAction } from "@datasette-publish/workbench/protocol";
import { newName, tellPlan } from "./plan-words.ts";

const data = "2 tables with 5 rows, 12 kB in all";
const fly = { place: "Fly.io", isHere: false, data };
const heroku = { place: "Heroku", isHere: false, data };
const docker = { place: "Docker", isHere: true, data };
const action = (line: string): PlanAction => {
  const [verb = "", ...target] = line.split(" ");
  return { verb: verb as PlanAction["verb"], target: target.join(" ") };
};

test("a first publish at Fly.io", () => {
  const lines = [
    "create app pets",
    "update secrets DATASETTE_SECRET",
    "create address v6",
    "create address shared_v4",
    "push registry.fly.io/pets:deployment-1",
    "create machine in iad",
  ];
  expect(tellPlan(lines.map(action), fly)).toEqual([
    "A new site is made in your account at Fly.io.",
    "Fly.io is told what the site needs to run.",
    "It gets a web address.",
    `Sent to Fly.io: ${data}.`,
    "It is started at Fly.io in iad.",
  ]);
  expect(newName(lines.map(action))).toBe("pets");
});

test("an update of several machines is one sentence, and makes no name", () => {
  const lines = [
    "push registry.fly.io/pets:deployment-2",
    "create volume in ams",
    "update machine in ams",
    "update machine in fra",
    "remove machine in iad",
  ];
  expect(tellPlan(lines.map(action), fly)).toEqual([
    `Sent to Fly.io: ${data}.`,
    "A disk is made in ams, for the site to write to.",
    "Your site at Fly.io is replaced by the new version.",
    "What is then no longer needed is removed.",
  ]);
  expect(newName(lines.map(action))).toBeNull();
});

test("Heroku, first and again", () => {
  const first = [
    "wait for release v3 of pets",
    "create app pets",
    "update config vars of pets",
    "create build of pets",
    "run web dyno of pets",
  ];
  expect(tellPlan(first.map(action), heroku)).toEqual([
    "We wait until Heroku has ended what it does there now.",
    "A new site is made in your account at Heroku.",
    "Heroku is told what the site needs to run.",
    "Heroku puts the site together.",
    "It is started at Heroku.",
  ]);
  expect(tellPlan([action("update stack of pets"), action("replace web dyno of pets")], heroku)).toEqual([
    "Heroku is told what the site needs to run.",
    "Your site at Heroku is replaced by the new version.",
  ]);
});

test("a file, and this computer", () => {
  expect(tellPlan([action("write /home/me/pets.tar"), action("push ghcr.io/me/pets:latest")], docker)).toEqual([
    "This file is written on this computer: /home/me/pets.tar",
    `Sent to ghcr.io/me/pets:latest: ${data}.`,
  ]);
  expect(tellPlan(["load pets:latest", "run datasette-pets"].map(action), docker)).toEqual([
    `Put into Docker on this computer: ${data}.`,
    "The site is started on this computer.",
  ]);
  expect(tellPlan(["replace datasette-pets", "remove earlier datasette-pets"].map(action), docker)).toEqual([
    "The site that runs on this computer is replaced by the new version.",
    "What is then no longer needed is removed.",
  ]);
});

test("what a host does that has no words yet is told as it is", () => {
  expect(tellPlan([action("create bucket of pets"), action("load thing")], { ...fly, place: "Shed" })).toEqual([
    "Something of yours at Shed is changed: bucket of pets.",
    "Something of yours at Shed is changed: thing.",
  ]);
});
