/** Core as front ends, runtimes and tests use it: from inputs to a published site. Authors of providers import `/provider`, pages `/protocol`. */
export { codes, exitStatus } from "./errors/codes.ts";
export { formatBytes } from "./errors/format-bytes.ts";
export { nearest } from "./errors/nearest.ts";
export { PublishError, blameOf, isPublishError, toErrorJson, toPublishError, type ErrorJson, type Facts } from "./errors/publish-error.ts";
export { openPage, removeOption, runProgram, setOption, toRemedies, useVerb, type Remedy } from "./errors/remedies.ts";
export { systemClock, type Clock } from "./run/clock.ts";
export { step, type Context, type PublishEvent, type Report } from "./events/events.ts";
export { warn, warning, warningCodes, type Warning } from "./events/warnings.ts";
export type { InputFile } from "./files/input-file.ts";
export type { OwnFiles } from "./files/own-files.ts";
export { replaceFile } from "./files/replace-file.ts";
export { withWorkDir } from "./files/work-dir.ts";
export { explain } from "./convert/columns/explain.ts";
export type { Column, ConvertOptions, Database, FixedColumn, Table } from "./convert/dataset.ts";
export { hideValues } from "./convert/hide-values.ts";
export { convert } from "./convert/make-dataset.ts";
export { quoteName } from "./convert/names.ts";
export type { ColumnSettings, FileSettings } from "./convert/settings/settings.ts";
export { dataTables } from "./convert/sqlite/data-tables.ts";
export { unreadableError } from "./convert/unreadable.ts";
export { parsePluginSecret, type PluginSecret } from "./site/plugin-secrets.ts";
export { pageExtras, wrongCount, type CountedPage } from "./site/row-count.ts";
export {
  databaseFiles,
  emptyServe,
  keepModes,
  siteFiles,
  toArguments,
  type KeepAnswers,
  type Serve,
  type ServedFile,
} from "./site/serve.ts";
export { siteName } from "./site/site-name.ts";
export type { Site, SiteOptions } from "./site/site.ts";
export { tildeEncode } from "./site/tilde.ts";
export { writeArchive } from "./oci/archive.ts";
export { assemble, siteLayerPrefix } from "./build/assemble.ts";
export { layerKey, openLayerCache, type LayerCache } from "./build/layer-cache.ts";
export { assembler, type Build, type BuildContext } from "./build/build.ts";
export { imageConfig, type ImageConfig } from "./build/image-config.ts";
export { configInstructions } from "./build/source.ts";
export { layerFile, writeLayer, type LayerFile } from "./oci/layer.ts";
export { writeLayout } from "./oci/layout.ts";
export type { ImageLimits } from "./inspect/limits.ts";
export type { Runtime, SitePlatform } from "./build/runtime.ts";
export type { Image, ImageFile, Layer } from "./oci/types.ts";
export { prepare, withRecipe, type PrepareOptions, type Prepared } from "./project/prepare.ts";
export { fileMemory, memoryFile } from "./project/memory-file.ts";
export { openProject, type Project } from "./project/project.ts";
export { hostApi } from "./http/api.ts";
export { homeFolder, type Environment } from "./http/environment.ts";
export type { HttpAnswer, Send } from "./http/message.ts";
export { push } from "./oci/registry/push.ts";
export type { Deliver, HostContext, PublishContext } from "./provider/context.ts";
export { fileCredentials, type CredentialStore } from "./provider/credentials.ts";
export { extend, type Extension } from "./provider/extend.ts";
export { dataFolder, makeCacheDir, makeDataDir } from "./provider/folders.ts";
export { checkHostName, deriveHostName } from "./provider/host-name.ts";
export type { OptionSpec, OptionValue, OptionValues } from "./provider/option-spec.ts";
export { boundsOf, invalidOption, labelOf, missingOption, requireOptions, resolveOptions, wrongValue } from "./provider/options.ts";
export { providerInterface, type Login, type NameRule, type Price, type Provider } from "./provider/provider.ts";
export { reservedOptions } from "./provider/reserved-options.ts";
export type { Deployment, Made, PlanAction, Rollout, Task, Work } from "./provider/rollout.ts";
export type { HostedSite, Release, SiteStatus, Verb } from "./provider/status.ts";
export { defaultTimeoutMs, type AccountRequest, type HostRequest } from "./publish/host-context.ts";
export { checkInterface } from "./publish/interface.ts";
export { inAccount, manage, rollback, statusOf, unpublish, unsupported } from "./publish/manage.ts";
export { plan, publish } from "./publish/publish.ts";
export { redactor, secretVariables } from "./publish/redact.ts";
export { reportOf, resultOf, type PublishResult } from "./publish/result.ts";
export { openTarget, type Target, type TargetRequest } from "./publish/target.ts";
