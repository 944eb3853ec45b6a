/** What stands for the name in the template, which is a whole and valid repository of a provider `my-host`. */
const forms: readonly (readonly [placeholder: string, form: (words: readonly string[]) => string])[] = [
  ["my-host", (words) => words.join("-")],
  ["My Host", (words) => words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join(" ")],
  ["MY_HOST", (words) => words.join("_").toUpperCase()],
];

/** A file of the template with the provider's name in it: as its name, as its title, and in environment variables. */
export function fillIn(text: string, name: string): string {
  const words = name.split("-");
  return forms.reduce((filled, [placeholder, form]) => filled.replaceAll(placeholder, form(words)), text);
}
