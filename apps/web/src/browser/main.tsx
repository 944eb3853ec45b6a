import { render } from "preact";
import { App } from "./app.tsx";
import { takeKey } from "./key.ts";

takeKey();
// The address that the tool prints again has the key of this run: a page that is open already takes it.
addEventListener("hashchange", () => {
  if (takeKey()) location.reload();
});
render(<App />, document.body);
