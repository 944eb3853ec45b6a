import { about } from "./about.ts";
import { app } from "./app.ts";
import { change } from "./change.ts";
import { check } from "./check.ts";
import { files } from "./files.ts";
import { encodings } from "./encodings.ts";
import { fileErrorWords } from "./file-errors.ts";
import { live } from "./live.ts";
import { mends } from "./mends.ts";
import { privateData } from "./private.ts";
import { progress } from "./progress.ts";
import { publish } from "./publish.ts";
import { remedies } from "./remedies.ts";
import { site } from "./site.ts";
import { sites } from "./sites.ts";
import { typeName, typeReason } from "./types.ts";
import { warningItem, warningKind } from "./warnings.ts";

/** Every text that a person reads, by the screen that shows it; those of errors are `errorWords`. Its type is what another language has to fill. */
export const words = {
  about,
  app,
  change,
  check,
  encodings,
  fileErrorWords,
  files,
  live,
  mends,
  privateData,
  progress,
  publish,
  remedies,
  site,
  sites,
  types: { name: typeName, reason: typeReason },
  warnings: { kind: warningKind, item: warningItem },
};
