export { checkSite, type CheckResult } from "./check.ts";
export { startPreview, type Preview, type PreviewOptions, type PreviewRequest, type PreviewResponse } from "./preview.ts";
