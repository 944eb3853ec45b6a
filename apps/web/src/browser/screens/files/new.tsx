import { Shell } from "../../parts/shell.tsx";
import { words } from "../../words/en.ts";

/** Files of a site that is not there yet: the draft is made with the first file. */
export function NewScreen() {
  return (
    <Shell heading={words.files.title} name={words.app.steps.files} step="files">
      <p>{words.app.loading}</p>
    </Shell>
  );
}
