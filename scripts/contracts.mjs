// The hosts' APIs as data and types.
//
//   node scripts/contracts.mjs --heroku <hyper-schema> --fly <openapi>   contracts from the vendors' descriptions, then the types
//   node scripts/contracts.mjs                                           the types only
//   node scripts/contracts.mjs --check                                   fails when the types are not those of the contracts
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { format } from "oxfmt";
import { flyContract } from "./contracts/fly.mjs";
import { herokuContract } from "./contracts/heroku.mjs";
import { typesOf } from "./contracts/types.mjs";

const hosts = { heroku: herokuContract, fly: flyContract };
const root = new URL("../", import.meta.url);
const { values } = parseArgs({ options: { heroku: { type: "string" }, fly: { type: "string" }, check: { type: "boolean" } } });
const style = JSON.parse(await readFile(new URL(".oxfmtrc.json", root), "utf8"));

for (const [host, contractOf] of Object.entries(hosts)) {
  const contractUrl = new URL(`packages/fake-hosts/contracts/${host}.json`, root);
  const typesUrl = new URL(`packages/provider-${host}/src/api/types.ts`, root);
  if (values[host] !== undefined) {
    const contract = contractOf(JSON.parse(await readFile(values[host], "utf8")));
    await writeFile(contractUrl, await formatted("contract.json", JSON.stringify(sorted(contract))));
  }
  const types = await formatted("types.ts", typesOf(JSON.parse(await readFile(contractUrl, "utf8")), host));
  if (values.check !== true) await writeFile(typesUrl, types);
  else if ((await readFile(typesUrl, "utf8")) !== types) throw new Error(`${typesUrl.pathname} is stale: run node scripts/contracts.mjs`);
}

async function formatted(name, text) {
  const { code, errors } = await format(name, text, { printWidth: style.printWidth });
  if (errors.length > 0) throw new Error(errors[0].message);
  return code;
}

function sorted(contract) {
  return { ...contract, schemas: Object.fromEntries(Object.entries(contract.schemas).sort(([a], [b]) => (a < b ? -1 : 1))) };
}
