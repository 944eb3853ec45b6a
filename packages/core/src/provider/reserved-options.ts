/** No provider has an option of these names, whatever interface it was written for: they keep a site safe, or scripts working. */
const always = ["dryRun", "yes", "json", "help", "to"] as const;

/**
 * Names that an option of a provider may not have, by the number of the interface that the provider was written for: those of the
 * command line's own flags, and of flags that are to come. A name that a later number reserves stays the provider's.
 *
 * `port` is free: Docker's own option has that name.
 */
const reserved: Readonly<Record<number, readonly string[]>> = {
  1: [
    "check env open pluginSecret serve timeout version",
    "name title description license licenseUrl source sourceUrl about aboutUrl metadata setting config",
    "separator encoding emptyAsText justStrings primaryKey fts index type shape null date datetime",
    "noHeader headerRows skip skipEnd skipErrors skipFiles ragged extractColumn maxUnpacked verify",
    "quote escape quoting leaveOut number datetimeFormat settings table filenameColumn fixedColumn fixedColumnInt fixedColumnFloat",
    "noIndexFks noFulltextFks replaceTables",
    "allowHost cdnSeconds cors crossdb examples follow force inspect keepAnswers lines once private replace shortcut",
    "install templateDir pluginsDir static extraOptions branch datasetteVersion secret versionNote",
    "base builder generateDir mount aptGetInstall apkAdd spatialite slim sbom maxSize maxLayer maxWasted html tree from",
  ].flatMap((names) => names.split(" ")),
};

/** The names that are taken for the options of a provider written for `interfaceNumber`, in order. */
export function reservedOptions(interfaceNumber: number): readonly string[] {
  return [...always, ...(reserved[interfaceNumber] ?? [])].sort();
}
