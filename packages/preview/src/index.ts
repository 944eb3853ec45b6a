export { checkSite, type CheckOptions, type CheckResult } from "./check.ts";
export {
  startPreview,
  warmPreview,
  type Preview,
  type PreviewOptions,
  type PreviewRequest,
  type PreviewResponse,
  type WarmPreview,
} from "./preview.ts";
