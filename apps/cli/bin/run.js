#!/usr/bin/env node
import "./debug.js";

const [major] = process.versions.node.split(".").map(Number);
if (major < 24) {
  console.error(
    `error: publish needs Node 24 or newer; this is ${process.version}.\nhint: Install a newer Node, or run npm start in the repository.`,
  );
  process.exit(4);
}
const { main } = await import("../dist/main.js");
await main(process.argv.slice(2));
