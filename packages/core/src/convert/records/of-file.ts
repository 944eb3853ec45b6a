/** The value of an option that is said of one file: `skip` has `towns.csv=2`. */
export function ofFile(file: string, value: string | number): string {
  return `${file}=${value}`;
}
