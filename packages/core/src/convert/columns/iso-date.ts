/** A day of the calendar. */
export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Whether the calendar has the day. */
export function isDay({ year, month, day }: Day): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);
}

/** From 0 for Sunday. */
export function weekdayOfDay({ year, month, day }: Day): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCDay();
}

/** The year that two digits stand for: 1969 to 2068 (POSIX strptime). */
export function fullYear(twoDigits: number): number {
  return twoDigits + (twoDigits < 69 ? 2000 : 1900);
}

const padded = (number: number, length: number): string => String(number).padStart(length, "0");

/** An ISO 8601 date. */
export function isoDate({ year, month, day }: Day): string {
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
}

/** A time of day. */
export interface Time {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Digits after the second. */
  readonly fraction: string;
  /** `Z`, `+02:00`, or nothing. */
  readonly offset: string;
}

export const midnight: Time = { hour: 0, minute: 0, second: 0, fraction: "", offset: "" };

export function isTime({ hour, minute, second }: Time): boolean {
  return hour <= 23 && minute <= 59 && second <= 59;
}

/** The hour of a day of 24 hours; undefined for `13 pm`. */
export function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half.toLowerCase().startsWith("p") ? 12 : 0);
}

/** An ISO 8601 time of day. */
export function isoTime({ hour, minute, second, fraction, offset }: Time): string {
  return `${padded(hour, 2)}:${padded(minute, 2)}:${padded(second, 2)}${fraction === "" ? "" : `.${fraction}`}${offset}`;
}

/** `+0200` and `+02` as `+02:00`, `UTC` as `Z`. */
export function isoOffset(written: string | undefined): string {
  if (written === undefined) return "";
  const [, sign, hours, minutes = "00"] = /^([+-])(\d\d):?(\d\d)?$/.exec(written) ?? [];
  return sign === undefined ? "Z" : `${sign}${hours}:${minutes}`;
}
