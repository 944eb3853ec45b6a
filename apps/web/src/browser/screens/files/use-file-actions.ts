import { useMemo } from "preact/hooks";
import { call } from "../../api.ts";
import { withFile } from "../../choices/change.ts";
import { withOption } from "../../choices/option.ts";
import type { KeptChoices } from "../../choices/use-choices.ts";
import { addFiles, cancelUpload } from "../../files/uploads.ts";
import type { FileActions } from "./file-item.tsx";

/** What can be done with the files of a draft. `fail` hears what could not be. */
export function useFileActions(
  draft: string,
  { change }: KeptChoices,
  reload: () => Promise<void>,
  fail: (error: unknown) => void,
): FileActions {
  return useMemo(() => {
    const takeAway = async (name: string): Promise<void> => {
      cancelUpload(draft, name);
      try {
        await call("DELETE /api/drafts/:draft/files/:file", { params: { draft, file: name } });
      } catch (error) {
        fail(error);
      }
      await reload();
    };
    return {
      draft,
      remove: (name) => void takeAway(name),
      takeIn: (name) => void change((choices) => withFile(choices, name, { leaveOut: undefined })),
      leaveOut: (name) => void change((choices) => withFile(choices, name, { leaveOut: true })),
      setEncoding: (name, encoding) => void change((choices) => withFile(choices, name, { encoding })),
      setOption: (remedy, { facts }) => void change((choices) => withOption(choices, remedy, facts) ?? choices),
      replace: (name, picked) => {
        const isOther = name !== picked.name;
        void (isOther ? takeAway(name) : Promise.resolve()).then(() => addFiles(draft, [picked]));
      },
    };
  }, [draft, change, reload, fail]);
}
