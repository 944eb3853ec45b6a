import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** What an entry exports, types too. */
function namesOf(entry: string): string[] {
  const source = readFileSync(new URL(`./${entry}.ts`, import.meta.url), "utf8");
  const lists = [...source.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].map(([, list = ""]) => list);
  return lists.flatMap((list) => list.match(/\w+(?=\s*(,|$))/g) ?? []).sort();
}

/** A name that is added here is a promise to those who import it; `provider` is what authors of providers learn. */
test.each([
  [
    "provider",
    `
    AccountContext Api ApiDescription Caller DefaultPort Deliver Environment ErrorCode Extension Facts
    FoundToken Given HostContext HostedSite HttpAnswer HttpRequest Image Login LoginContext Made NameRule
    OptionSpec OptionSpecs OptionValue OptionValues OptionsOf Pace PlanAction PlatformName Price ProgramFailure
    ProgramOptions Provider PublishContext PublishError Published PushTarget ReadBody Refused Release Remedies
    Remedy Rollout Send Session SiteLabel SiteMark SiteStatus Task TokenPlaces WarningCode Work
    `,
  ],
  [
    "protocol",
    `
    Advice Blame Column ContentFile ConvertOptions DatabaseReport Deployment ErrorCode ErrorJson Facts
    HostedSite ImageReport LeftOut OptionSpec OptionValue OptionValues Outcome PlanAction Price PublishEvent
    PublishResult Release Remedy SiteOptions SiteStatus Table Unit Verb Warning WarningCode codes exitStatus
    warningCodes
    `,
  ],
  [
    "oci",
    `
    Ahead Compressor Content Descriptor Growing Image ImageFile ImagePlace Layer LayerFile Manifest ManifestKind
    NamedOptions OpenImageOptions OpenedImage Platform PullOptions PushOptions ReadArchiveOptions
    ReadImageOptions ReadOptions Reference SavedImages StreamedMember TarFile TarMember archiveStream
    bytesContent compressImage digestOf dockerManifest familiarName fileContent formatPlatform formatReference
    indexOf layerContent layerFile manifestOf mediaTypes nativeGzip ociManifest openImage parseReference pull
    push pushAhead readArchive readArchiveStream readLayout readTar sizeOf unpackLayer validateImage
    writeArchive writeLayer writeLayout writeTar
    `,
  ],
  [
    "inspect",
    `
    Aspect Comparison Difference Efficiency EntryKind ImageEntry ImageLimits Inspection LayerChange LayerEntry
    LayerInspection LimitsRequest OwnerOf Package PackageKind PackageRecord Place Tally Thing TreeNode
    WastedPath Weigh biggestPlaces compareImages entriesBelow findNode inspectImage requireWithin sizeOfLayers
    thingsOf totalBytes
    `,
  ],
  [
    "index",
    `
    AccountRequest Build BuildContext Clock Column ColumnSettings Context ConvertOptions CountedPage
    CredentialStore Database Deliver Deployment Environment ErrorJson Extension Facts FileSettings FixedColumn
    HostContext HostRequest HostedSite HttpAnswer Image ImageConfig ImageFile ImageLimits InputFile KeepAnswers
    Layer LayerCache LayerFile Login Made NameRule OptionSpec OptionValue OptionValues OwnFiles PlanAction
    PluginSecret PrepareOptions Prepared Price Project Provider PublishContext PublishError PublishEvent
    PublishResult Release Remedy Report Rollout Runtime Send Serve ServedFile Site SiteOptions SitePlatform
    SiteStatus Table Target TargetRequest Task Verb Warning Work assemble assembler blameOf boundsOf checkHostName
    checkInterface codes configInstructions convert dataFolder dataTables databaseFiles defaultTimeoutMs deriveHostName
    emptyServe exitStatus explain extend fileCredentials fileMemory formatBytes hideValues homeFolder hostApi
    imageConfig inAccount invalidOption isPublishError keepModes labelOf layerFile layerKey makeCacheDir
    makeDataDir manage memoryFile missingOption nearest openLayerCache openPage openProject openTarget
    pageExtras parsePluginSecret plan prepare providerInterface publish push quoteName redactor removeOption
    replaceFile reportOf requireOptions reservedOptions resolveOptions resultOf rollback runProgram secretVariables
    setOption siteFiles siteLayerPrefix siteName statusOf step systemClock tildeEncode toArguments toErrorJson
    toPublishError toRemedies unpublish unreadableError unsupported useVerb warn warning warningCodes withRecipe
    withWorkDir writeArchive writeLayer writeLayout wrongCount wrongValue
    `,
  ],
])("the entry %s exports these names and no others", (entry, names) => {
  expect(namesOf(entry)).toEqual(names.trim().split(/\s+/).sort());
});
