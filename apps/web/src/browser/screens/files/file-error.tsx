import type { FileError, Remedy } from "@datasette-publish/workbench/protocol";
import { useRef } from "preact/hooks";
import { knownExamples } from "../../choices/encoding-examples.ts";
import { valueOf } from "../../choices/option.ts";
import { readInput, type Picked } from "../../files/picked.ts";
import { EncodingChoice } from "../../parts/encoding-choice.tsx";
import type { Mend } from "../../parts/remedies.tsx";
import { words } from "../../words/en.ts";

export interface FileErrorActions {
  readonly draft: string;
  /** Reads the file in another way, as a remedy says. */
  readonly setOption: (remedy: Extract<Remedy, { action: "set-option" }>, error: FileError) => void;
  readonly setEncoding: (file: string, encoding: string) => void;
  readonly replace: (name: string, picked: Picked) => void;
  readonly leaveOut: (name: string) => void;
}

interface FileErrorBoxProps {
  readonly name: string;
  /** It is in a folder or an archive: it cannot be taken away by itself. */
  readonly isWithin: boolean;
  readonly error: FileError;
  readonly actions: FileErrorActions;
}

/** Why a file cannot be read, the line that shows it, and what to do about it. */
export function FileErrorBox({ name, isWithin, error, actions }: FileErrorBoxProps) {
  const { text, example } = words.fileErrorWords(error, name);
  const isAmbiguous = error.remedies.some((remedy) => remedy.action === "set-option" && remedy.option === "encoding");
  return (
    <div class="file-error-box">
      {text.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {example !== null && <pre>{example}</pre>}
      {isAmbiguous && (
        <EncodingChoice
          draft={actions.draft}
          file={name}
          known={knownExamples(error.facts)}
          onChoose={(encoding) => actions.setEncoding(name, encoding)}
        />
      )}
      <p class="buttons">
        {mendsOf(error, actions).map(({ label, run }) => (
          <button key={label} type="button" class="button small" onClick={run}>
            {label}
          </button>
        ))}
        {isWithin ? (
          <button type="button" class="button small" onClick={() => actions.leaveOut(name)}>
            {words.files.leaveOut}
          </button>
        ) : (
          <ReplaceButton onPick={(picked) => actions.replace(name, picked)} />
        )}
      </p>
    </div>
  );
}

function mendsOf(error: FileError, actions: FileErrorActions): Mend[] {
  return error.remedies.flatMap((remedy) => {
    if (remedy.action !== "set-option" || remedy.option === "encoding") return [];
    const value = valueOf(remedy, error.facts);
    const label = value === null ? undefined : words.mends[remedy.option]?.(value);
    return label === undefined ? [] : [{ label, run: () => actions.setOption(remedy, error) }];
  });
}

function ReplaceButton({ onPick }: { readonly onPick: (picked: Picked) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class="button small" onClick={() => input.current?.click()}>
        {words.files.another}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        onChange={({ currentTarget: { files } }) => {
          const [picked] = files === null ? [] : readInput(files).picked;
          if (picked !== undefined) onPick(picked);
        }}
      />
    </>
  );
}
