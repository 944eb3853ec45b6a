#!/usr/bin/env -S node --conditions=source
// The CLI from source, with no build: node --conditions=source bin/dev.js
import "./debug.js";
import { main } from "../src/main.ts";

await main(process.argv.slice(2), { fromSource: true });
