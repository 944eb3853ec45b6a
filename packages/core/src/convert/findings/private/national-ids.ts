import type { Validator } from "stdnum";
import type { Sampled } from "./sample.ts";

/** A number that a country gives its people, checked by `stdnum` under this country and name. */
interface NationalId {
  readonly country: string;
  readonly id: string;
  /** How it is written: what differs is not checked, which takes far longer. */
  readonly form: RegExp;
  /** How it is written where the column's name says what it is; unset: as `form`. */
  readonly namedForm?: RegExp;
  /** Too weak a check, or one that numbers of companies pass as well: only where the column's name says what it is. */
  readonly onlyNamed?: true;
}

const digits = (count: number): RegExp => new RegExp(`^\\d{${count}}$`);

/** Numbers of people, not of companies. Where one has no check digit (US), its punctuation is the evidence. */
export const nationalIds: readonly NationalId[] = [
  { country: "US", id: "ssn", form: /^\d{3}-\d{2}-\d{4}$/, namedForm: /^\d{3}[- ]?\d{2}[- ]?\d{4}$/ },
  { country: "FR", id: "nir", form: /^[1-478] ?\d{2} ?\d{2} ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}$/ },
  { country: "FR", id: "nif", form: /^[0-3]\d ?\d{2} ?\d{3} ?\d{3} ?\d{3}$/ },
  { country: "ES", id: "dni", form: /^\d{8}[- ]?[A-Z]$/i },
  { country: "ES", id: "nie", form: /^[XYZ][- ]?\d{7}[- ]?[A-Z]$/i },
  { country: "NL", id: "bsn", form: /^\d{4}[. ]?\d{2}[. ]?\d{3}$/ },
  { country: "PL", id: "pesel", form: digits(11) },
  { country: "BR", id: "cpf", form: /^\d{3}\.?\d{3}\.?\d{3}-?\d{2}$/ },
  { country: "IT", id: "codicefiscale", form: /^[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]$/i },
  { country: "SE", id: "personnummer", form: /^(?:\d{2})?\d{6}[-+]\d{4}$/ },
  { country: "DE", id: "idnr", form: /^\d{2} ?\d{3} ?\d{3} ?\d{3}$/ },
  { country: "DE", id: "svnr", form: /^\d{2} ?\d{6} ?[A-Z] ?\d{3}$/i },
  { country: "GB", id: "nino", form: /^[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]$/i },
  { country: "BE", id: "nn", form: /^\d{2}\.?\d{2}\.?\d{2}-?\d{3}[. -]?\d{2}$/ },
  { country: "AT", id: "vnr", form: /^\d{4} ?\d{6}$/ },
  { country: "CH", id: "ssn", form: /^756\.?\d{4}\.?\d{4}\.?\d{2}$/ },
  { country: "IE", id: "pps", form: /^\d{7}[A-W][A-IW]?$/i },
  { country: "DK", id: "cpr", form: /^\d{6}-\d{4}$/, namedForm: /^\d{6}-?\d{4}$/ },
  { country: "NO", id: "fodselsnummer", form: /^\d{6} ?\d{5}$/ },
  { country: "FI", id: "hetu", form: /^\d{6}[-+A-FU-Y]\d{3}[\dA-Y]$/i },
  { country: "EE", id: "ik", form: digits(11) },
  { country: "LT", id: "asmens", form: digits(11) },
  { country: "CZ", id: "rc", form: /^\d{6}\/?\d{4}$/ },
  { country: "RO", id: "cnp", form: digits(13) },
  { country: "BG", id: "egn", form: digits(10) },
  { country: "RS", id: "jmbg", form: digits(13) },
  { country: "SI", id: "emso", form: digits(13) },
  { country: "GR", id: "amka", form: digits(11) },
  { country: "TR", id: "tckimlik", form: digits(11) },
  { country: "CN", id: "ric", form: /^\d{17}[\dX]$/i },
  { country: "IN", id: "aadhaar", form: /^[2-9]\d{3} ?\d{4} ?\d{4}$/ },
  { country: "KR", id: "rrn", form: /^\d{6}-\d{7}$/ },
  { country: "MX", id: "curp", form: /^[A-Z]{4}\d{6}[A-Z]{6}[A-Z\d]\d$/i },
  { country: "ZA", id: "idnr", form: digits(13) },
  { country: "CA", id: "sin", form: /^\d{3}[- ]?\d{3}[- ]?\d{3}$/, onlyNamed: true },
  { country: "PT", id: "nif", form: /^\d{3} ?\d{3} ?\d{3}$/, onlyNamed: true },
  { country: "HR", id: "oib", form: digits(11), onlyNamed: true },
  { country: "CL", id: "run", form: /^\d{1,2}\.?\d{3}\.?\d{3}-?[\dK]$/i, onlyNamed: true },
];

/** Values that make a share mean something, and different ones among them. */
const fewest = 20;
const fewestDifferent = 10;
const fewestNamed = 3;
const share = 0.95;
const namedShare = 0.8;
/** Values that are checked: each takes a checksum for each country whose form it has. */
const mostChecked = 500;

/** Values of a sample that are valid numbers of one country. */
export interface NationalIds {
  readonly country: string;
  readonly valid: readonly Sampled[];
  readonly checked: number;
}

/** The country whose numbers a sample of a column holds: nearly all of at least 20, or most where the column's name says so. */
export async function findNationalIds(sample: readonly Sampled[], isNamed: boolean): Promise<NationalIds | undefined> {
  if (sample.length < (isNamed ? fewestNamed : fewest)) return undefined;
  const step = Math.ceil(sample.length / mostChecked);
  const values = sample.filter((_, at) => at % step === 0);
  if (!isNamed && new Set(values.map(({ value }) => value)).size < fewestDifferent) return undefined;
  const least = isNamed ? namedShare : share;
  for (const id of nationalIds) {
    if (id.onlyNamed && !isNamed) continue;
    const form = (isNamed && id.namedForm) || id.form;
    const formed = values.filter(({ value }) => form.test(value.trim()));
    if (formed.length < least * values.length) continue;
    const valid = validOf(formed, await validatorOf(id), values.length * (1 - least));
    if (valid.length >= least * values.length) return { country: id.country, valid, checked: values.length };
  }
  return undefined;
}

/** Loaded for a column that has the form: most files have none, and it takes a tenth of a second. */
async function validatorOf({ country, id }: NationalId): Promise<Validator> {
  const { stdnum } = await import("stdnum");
  return stdnum[country]![id]!;
}

/** The valid ones, as far as they are looked at: not on after `mostInvalid` that are none. */
function validOf(values: readonly Sampled[], validator: Validator, mostInvalid: number): Sampled[] {
  const valid: Sampled[] = [];
  let invalid = 0;
  for (const one of values) {
    if (isValid(one.value, validator)) valid.push(one);
    else if (++invalid > mostInvalid) break;
  }
  return valid;
}

/** Points are never a part of a number, and not every validator takes them. */
export function isValid(value: string, validator: Validator): boolean {
  return validator.validate(value.trim().replaceAll(".", "")).isValid;
}
