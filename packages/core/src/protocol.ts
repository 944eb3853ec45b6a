/** What every front end shares with core: events, warnings, errors, remedies and results as plain data. Nothing here needs Node. */
export { codes, exitStatus, type Blame, type ErrorCode } from "./errors/codes.ts";
export type { ErrorJson, Facts } from "./errors/publish-error.ts";
export type { Advice, Remedy } from "./errors/remedies.ts";
export type { Outcome, PublishEvent, Unit } from "./events/events.ts";
export { warningCodes, type Warning, type WarningCode } from "./events/warnings.ts";
export type { Column, ConvertOptions, Table } from "./convert/dataset.ts";
export type { LeftOut } from "./files/input-file.ts";
export type { OptionSpec, OptionValue, OptionValues } from "./provider/option-spec.ts";
export type { Price } from "./provider/provider.ts";
export type { Deployment, PlanAction } from "./provider/rollout.ts";
export type { HostedSite, Release, SiteStatus, Verb } from "./provider/status.ts";
export type { DatabaseReport, ImageReport, PublishResult } from "./publish/result.ts";
export type { ContentFile } from "./site/contents.ts";
export type { SiteOptions } from "./site/site.ts";
