import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { profileColumn, type ColumnVerdict, type ProfileSettings } from "./profile-column.ts";

function profile(fields: readonly string[], settings: ProfileSettings): ColumnVerdict {
  const column = profileColumn(settings);
  for (const [index, field] of fields.entries()) column.add(field, index + 2);
  return column.finish();
}

const storedOf = (fields: readonly string[], settings: ProfileSettings): unknown[] => fields.map(profile(fields, settings).toStored);
const noticesOf = (fields: readonly string[], settings: ProfileSettings, isShown?: boolean): unknown[] =>
  profile(fields, settings)
    .notices("a.csv", "a", "day", isShown)
    .map(({ code, message }) => [code, message]);

test.each([
  ["2017-05-03", "2017-05-03"],
  ["20170503", "2017-05-03"],
  ["3rd May 2017", "2017-05-03"],
  ["May 3, 2017", "2017-05-03"],
  ["Wed, 3 May 2017", "2017-05-03"],
  ["3. Mai 2017", "2017-05-03"],
  ["3 de mayo de 2017", "2017-05-03"],
  ["1er août 2017", "2017-08-01"],
  ["2. März 2017", "2017-03-02"],
  ["03-May-17", "2017-05-03"],
  ["03-MAY-2017", "2017-05-03"],
  ["2017 May 3", "2017-05-03"],
  ["04/30/2005", "2005-04-30"],
  ["30.4.2005", "2005-04-30"],
  ["2005/4/30", "2005-04-30"],
  ["30/04/05", "2005-04-30"],
  ["Sat 30/04/2005", "2005-04-30"],
  ["2024-02-29", "2024-02-29"],
  [" 2017-05-03 ", "2017-05-03"],
])("%j is the date %s", (field, date) => {
  expect(storedOf([field], { date: "auto" })).toEqual([date]);
});

test.each([
  ["10pm on April 4 1938", "1938-04-04T22:00:00"],
  ["5:45 10 December 2009", "2009-12-10T05:45:00"],
  ["2017-05-03 10:11", "2017-05-03T10:11:00"],
  ["2017-05-03T10:11:12.345Z", "2017-05-03T10:11:12.345Z"],
  ["2017-05-03 10:11:12+02", "2017-05-03T10:11:12+02:00"],
  ["2017-05-03T10:11:12+0530", "2017-05-03T10:11:12+05:30"],
  ["31/12/2020 23:59", "2020-12-31T23:59:00"],
  ["12/31/2020 11:59:58 PM", "2020-12-31T23:59:58"],
  ["12/31/2020 12:05 am", "2020-12-31T00:05:00"],
  ["31.12.2020", "2020-12-31T00:00:00"],
  ["Thu, 31 Dec 2020 23:59:58 GMT", "2020-12-31T23:59:58Z"],
  ["31. Dezember 2020 um 18 Uhr", undefined],
])("%j is the time %s", (field, time) => {
  expect(storedOf([field], { datetime: "auto" })).toEqual([time ?? field]);
});

test.each([
  "yesterday",
  "May 2020",
  "2020",
  "2020-13-01",
  "31.02.2020",
  "29.2.2023",
  "12:30",
  "1.2.3",
  "10.10",
  "3/4",
  "n/a",
  "2017-05-03 25:00",
  "Thu 3 May 2017",
  "mar",
  "1 2 3",
  "0000-01-01",
])("%j is no date, and stays as it is", (field) => {
  const verdict = profile([field], { date: "auto" });
  expect(verdict.toStored(field)).toBe(field);
  expect(verdict.report).toMatchObject({ type: "TEXT", converted: { as: "date", count: 0, unread: { value: field, line: 2, count: 1 } } });
});

describe("the order of day and month is found from the whole column", () => {
  test("day-first, as one value can only be so", () => {
    const fields = ["03/04/2020", "13/04/2020", ""];
    const { report, toStored, notices } = profile(fields, { date: "auto" });
    expect(fields.map(toStored)).toEqual(["2020-04-03", "2020-04-13", null]);
    expect(report).toMatchObject({
      type: "TEXT",
      nulls: 1,
      reason: { rule: "dates" },
      example: "03/04/2020",
      distinct: { count: 2, isCapped: false },
      least: "2020-04-03",
      greatest: "2020-04-13",
      longest: 10,
      converted: { as: "date", count: 2, way: "day-first" },
    });
    expect(notices("a.csv", "a", "day")).toEqual([]);
  });

  test("month-first, as one value can only be so", () => {
    expect(storedOf(["03/04/2020", "04/13/2020"], { date: "auto" })).toEqual(["2020-03-04", "2020-04-13"]);
  });

  test("a weekday tells it", () => {
    expect(storedOf(["Fri 03/04/2020", "04/05/2020"], { date: "auto" })).toEqual(["2020-04-03", "2020-05-04"]);
  });

  test("years of two digits come first where a number cannot be a day", () => {
    expect(storedOf(["99/03/04", "01/02/03"], { date: "auto" })).toEqual(["1999-03-04", "2001-02-03"]);
  });

  test("what the other dates contradict stays as it is", () => {
    const fields = ["13/04/2020", "14/04/2020", "04/15/2020"];
    expect(storedOf(fields, { date: "auto" })).toEqual(["2020-04-13", "2020-04-14", "04/15/2020"]);
    expect(noticesOf(fields, { date: "auto" })).toEqual([
      [
        "VALUES_UNREAD",
        'a.csv: 1 value of the column day cannot be read as dates, and stays as it is; the first is "04/15/2020" on line 4.',
      ],
    ]);
  });

  test("nothing tells: month-first is assumed, and said", () => {
    const verdict = profile(["05/05/2020", "03/04/2020"], { date: "auto" });
    expect(verdict.toStored("03/04/2020")).toBe("2020-03-04");
    expect(verdict.notices("a.csv", "a", "day")).toEqual([
      {
        code: "READING_ASSUMED",
        message:
          'a.csv: nothing in the column day tells whether it is month-first or day-first, and it is read as month-first: "03/04/2020" on line 3 becomes 2020-03-04, and could be 2020-04-03.',
        facts: { file: "a.csv", table: "a", column: "day", line: 3, text: "03/04/2020", taken: "month-first", rival: "day-first" },
        remedies: [{ action: "set-option", option: "date", value: "a.day=day-first", note: "if it is day-first" }],
      },
    ]);
    expect(JSON.stringify(noticesOf(["03/04/2020"], { date: "auto" }, false))).not.toContain("2020");
  });

  test("nothing tells, and points are between: day-first is assumed", () => {
    const fields = ["01.02.2020", "01.03.2020"];
    expect(storedOf(fields, { date: "auto" })).toEqual(["2020-02-01", "2020-03-01"]);
    expect(profile(fields, { date: "auto" }).notices("a.csv", "a", "day")).toMatchObject([
      { facts: { taken: "day-first", rival: "month-first" } },
    ]);
  });

  test("an order that is given is taken", () => {
    expect(storedOf(["03/04/2020", "04/13/2020"], { date: "day-first" })).toEqual(["2020-04-03", "04/13/2020"]);
    expect(storedOf(["03/04/05"], { date: "year-first" })).toEqual(["2003-04-05"]);
    expect(profile(["2020-01-02"], { date: "auto" }).report.converted).toEqual({ as: "date", count: 1 });
  });
});

test("times that a date leaves out are told", () => {
  const fields = ["2020-01-02T00:00:00", "2020-01-02 10:30"];
  expect(storedOf(fields, { date: "auto" })).toEqual(["2020-01-02", "2020-01-02"]);
  expect(noticesOf(fields, { date: "auto" })).toEqual([
    ["TIMES_LEFT_OUT", 'a.csv: 1 value of the column day had a time, which a date leaves out; the first is "2020-01-02 10:30" on line 3.'],
  ]);
  expect(noticesOf(fields, { datetime: "auto" })).toEqual([]);
});

test("values are not shown where they must not be", () => {
  const fields = ["secret", "2020-01-02 10:30"];
  const verdict = profile(fields, { date: "auto" });
  const told = verdict.notices("a.csv", "a", "day", false);
  expect(told.map(({ code }) => code)).toEqual(["VALUES_UNREAD", "TIMES_LEFT_OUT"]);
  expect(JSON.stringify(told)).not.toMatch(/secret|2020/);
});

test("null words and blanks are no unread values", () => {
  const verdict = profile(["n/a", "", "2020-01-02"], { date: "auto", null: ["n/a"], emptyAsText: true });
  expect(verdict.report).toMatchObject({ nulls: 1, converted: { count: 1 } });
  expect(["n/a", ""].map(verdict.toStored)).toEqual([null, ""]);
});

describe("formats of strptime", () => {
  test.each([
    ["%y/%d/%m", "03/02/01", "2003-01-02T00:00:00"],
    ["%d.%m.%Y %H:%M", "3.4.2020 9:05", "2020-04-03T09:05:00"],
    ["%A, %d %B %Y", "Friday, 3 April 2020", "2020-04-03T00:00:00"],
    ["%b %d %Y %I:%M:%S %p", "Apr 3 2020 12:00:01 am", "2020-04-03T00:00:01"],
    ["%Y-%j", "2024-366", "2024-12-31T00:00:00"],
    ["%FT%T.%f%z", "2020-04-03T09:05:06.123+0200", "2020-04-03T09:05:06.123+02:00"],
    ["%D (%%)", "04/03/20 (%)", "2020-04-03T00:00:00"],
    ["[%d+%m+%Y]", "[3+4+2020]", "2020-04-03T00:00:00"],
  ])("%s reads %s", (format, field, time) => {
    expect(storedOf([field], { datetime: "auto", formats: [format] })).toEqual([time]);
  });

  test("the first that fits is taken, and what fits none stays", () => {
    const fields = ["03.04.2020", "04/03/2020", "2020-04-03", "2021-366"];
    expect(storedOf(fields, { date: "auto", formats: ["%d.%m.%Y", "%m/%d/%Y", "%Y-%j"] })).toEqual([
      "2020-04-03",
      "2020-04-03",
      "2020-04-03",
      "2021-366",
    ]);
    expect(profile(fields, { date: "auto", formats: ["%d.%m.%Y"] }).report.converted).toEqual({
      as: "date",
      count: 1,
      unread: { value: "04/03/2020", line: 3, count: 3 },
    });
  });

  test.each([
    ["%d.%m", "has no year: %Y or %y"],
    ["%d %Y", "has no month: %m or %b"],
    ["%m %Y", "has no day: %d"],
    ["%d.%m.%Y %Q", "has %Q, which is no directive of strptime"],
    ["%d.%m.%Y %", "has %, which is no directive of strptime"],
    ["%d.%d.%m.%Y", "has %d twice"],
  ])("%s is refused", (format, problem) => {
    expect(() => profileColumn({ date: "auto", formats: [format] })).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID", message: `The date format ${JSON.stringify(format)} ${problem}.` }),
    );
  });
});

const days = fc
  .date({ min: new Date("1970-01-01"), max: new Date("2068-12-31"), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const part = (iso: string, name: "year" | "month" | "day"): string => iso.split("-")[{ year: 0, month: 1, day: 2 }[name]]!;

test("every day comes back from each way to write it", () => {
  fc.assert(
    fc.property(days, (day) => {
      const [year, month, date] = [part(day, "year"), part(day, "month"), part(day, "day")];
      const named = new Date(day).toLocaleDateString("en-GB", {
        weekday: "long",
        day: "numeric",
        month: "long",
        year: "numeric",
        timeZone: "UTC",
      });
      expect(storedOf([day, `${year}${month}${date}`, named, `${date}.${month}.${year}`], { date: "day-first" })).toEqual([
        day,
        day,
        day,
        day,
      ]);
      expect(storedOf([`${Number(month)}/${Number(date)}/${year.slice(2)}`], { date: "month-first" })).toEqual([day]);
    }),
  );
});

function isIsoOrItself(field: string, key: string): boolean {
  const stored = String(storedOf([field], { [key]: "auto" })[0]);
  return stored === field || !Number.isNaN(new Date(stored).getTime());
}

test("any text becomes an ISO date or stays itself", () => {
  const pieces = fc
    .array(fc.constantFrom("1", "12", "31", "2020", "99", "/", ".", "-", " ", "May", "mon", "10:30", "pm", "T", "Z", "de", ","), {
      minLength: 1,
      maxLength: 9,
    })
    .map((all) => all.join(""));
  fc.assert(fc.property(fc.oneof(fc.string({ minLength: 1 }), pieces), fc.constantFrom("date", "datetime"), isIsoOrItself), {
    numRuns: 300,
  });
  expect(isIsoOrItself("3 May 2020", "date")).toBe(true);
});
