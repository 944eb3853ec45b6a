import { useRef, useState } from "preact/hooks";
import { readDrop, readInput, type Pick } from "../files/picked.ts";
import { words } from "../words/en.ts";
import { Icon } from "./icon.tsx";

interface DropZoneProps {
  /** Called with what was dropped or chosen, unless that is nothing. */
  readonly onFiles: (pick: Pick) => void;
  /** What it says above the buttons. Unset: to drop files here. */
  readonly title?: string;
  readonly hint?: string;
}

/** Where files and folders are dropped, with buttons that do the same. */
export function DropZone({ onFiles, title = words.files.drop.title, hint = words.files.drop.hint }: DropZoneProps) {
  const [isOver, setOver] = useState(false);
  const depth = useRef(0);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (pick: Pick): void => {
    if (pick.picked.length + pick.hidden > 0) onFiles(pick);
  };
  const onInput = ({ currentTarget: input }: { readonly currentTarget: HTMLInputElement }): void => {
    if (input.files !== null) take(readInput(input.files));
    // The same file again is a change, too.
    input.value = "";
  };
  const onEnter = (by: number): void => {
    depth.current = Math.max(0, depth.current + by);
    setOver(depth.current > 0);
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    depth.current = 0;
    setOver(false);
    if (event.dataTransfer !== null) void readDrop(event.dataTransfer).then(take);
  };
  return (
    <div
      class={isOver ? "drop-zone drop-zone-over" : "drop-zone"}
      onDragEnter={() => onEnter(1)}
      onDragLeave={() => onEnter(-1)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={onDrop}
    >
      <Icon name="upload" />
      <p class="drop-title">{title}</p>
      <p class="buttons">
        <button type="button" class="button" onClick={() => files.current?.click()}>
          {words.files.drop.files}
        </button>
        <button type="button" class="button" onClick={() => folder.current?.click()}>
          {words.files.drop.folder}
        </button>
      </p>
      <p class="hint">{hint}</p>
      <input ref={files} type="file" multiple hidden onChange={onInput} />
      <input ref={folder} type="file" hidden {...{ webkitdirectory: true }} onChange={onInput} />
    </div>
  );
}
