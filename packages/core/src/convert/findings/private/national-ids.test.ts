import { stdnum } from "stdnum";
import { expect, test } from "vitest";
import { findNationalIds, isValid, nationalIds } from "./national-ids.ts";

/** A valid number for each, made up or published as an example. */
const examples: Readonly<Record<string, string>> = {
  "US ssn": "536-90-4399",
  "FR nir": "2 95 10 99 126 111 93",
  "FR nif": "30 23 217 600 053",
  "ES dni": "54362315K",
  "ES nie": "X2482300W",
  "NL bsn": "111222333",
  "PL pesel": "44051401359",
  "BR cpf": "390.533.447-05",
  "IT codicefiscale": "RCCMNL83S18D969H",
  "SE personnummer": "880320-0016",
  "DE idnr": "36 574 261 809",
  "DE svnr": "15070649C103",
  "GB nino": "AB123456C",
  "BE nn": "85.07.30-033 28",
  "AT vnr": "1237 010180",
  "CH ssn": "756.9217.0769.85",
  "IE pps": "6433435F",
  "DK cpr": "211062-5629",
  "NO fodselsnummer": "15108695088",
  "FI hetu": "131052-308T",
  "EE ik": "36805280109",
  "LT asmens": "33309240064",
  "CZ rc": "710319/2745",
  "RO cnp": "1630615123457",
  "BG egn": "7523169263",
  "RS jmbg": "0101006500006",
  "SI emso": "0101006500006",
  "GR amka": "01013099997",
  "TR tckimlik": "17291716060",
  "CN ric": "360426199101010071",
  "IN aadhaar": "234123412346",
  "KR rrn": "971013-9019902",
  "MX curp": "BOXW310820HNERXN09",
  "ZA idnr": "7503305044089",
  "CA sin": "123-456-782",
  "PT nif": "501964843",
  "HR oib": "33392005961",
  "CL run": "12.531.909-2",
};

test.each(nationalIds.map((id) => [`${id.country} ${id.id}`, id] as const))("%s", (name, { country, id, form }) => {
  const example = examples[name]!;
  expect(example).toMatch(form);
  expect(isValid(example, stdnum[country]![id]!)).toBe(true);
});

test("numbers that companies have as well are found by the name of the column alone", async () => {
  const sample = Array.from({ length: 3 }, (_, at) => ({ value: "501964843", line: at + 2 }));
  expect(await findNationalIds(sample, true)).toMatchObject({ checked: 3 });
  expect(await findNationalIds(sample, false)).toBeUndefined();
});
