#!/usr/bin/env node
import { readFileSync } from "node:fs";
import module from "node:module";
import "./debug.js";

const [major] = process.versions.node.split(".").map(Number);
if (major < 24) {
  console.error(
    `error: publish needs Node 24 or newer; this is ${process.version}.\nhint: Install a newer Node, or run npm start in the repository.`,
  );
  process.exit(4);
}
if (process.argv[2] === "--version") {
  // What oclif says, without loading it.
  const { name, version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  console.log(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}`);
} else {
  module.enableCompileCache();
  const { main } = await import("../dist/main.js");
  await main(process.argv.slice(2));
}
