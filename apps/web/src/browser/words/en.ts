import { about } from "./about.ts";
import { app } from "./app.ts";
import { check } from "./check.ts";
import { files } from "./files.ts";
import { encodings } from "./encodings.ts";
import { fileErrorWords } from "./file-errors.ts";
import { live } from "./live.ts";
import { mends } from "./mends.ts";
import { progress } from "./progress.ts";
import { publish } from "./publish.ts";
import { remedies } from "./remedies.ts";
import { site } from "./site.ts";
import { sites } from "./sites.ts";

/** Every text that a person reads, by the screen that shows it; those of errors are `errorWords`. */
export const words = { about, app, check, encodings, fileErrorWords, files, live, mends, progress, publish, remedies, site, sites };

/** What another language has to fill. */
export type Words = typeof words;
