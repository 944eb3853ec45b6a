/** Names of months in English, German, French, Spanish, Italian and Portuguese, without accents; the first letters of a name will do. */
const months = [
  "january januar janner janvier enero gennaio janeiro",
  "february februar feber fevrier febrero febbraio fevereiro",
  "march marz maerz mars marzo marco",
  "april avril abril aprile",
  "may mai mayo maggio maio",
  "june juni juin junio giugno junho",
  "july juli juillet julio luglio julho",
  "august aout agosto",
  "september septembre septiembre settembre setembro",
  "october oktober octobre octubre ottobre outubro",
  "november novembre noviembre novembro",
  "december dezember decembre diciembre dicembre dezembro",
];

/** Names of weekdays, from Sunday. */
const weekdays = [
  "sunday sonntag dimanche domingo domenica",
  "monday montag lundi lunes lunedi segunda segunda-feira",
  "tuesday dienstag mardi martes martedi terca terca-feira",
  "wednesday mittwoch mercredi miercoles mercoledi quarta quarta-feira",
  "thursday donnerstag jeudi jueves giovedi quinta quinta-feira",
  "friday freitag vendredi viernes venerdi sexta sexta-feira",
  "saturday samstag sonnabend samedi sabado sabato",
];

/** What stands between the parts of a date and says nothing. */
const fillers = new Set("of on at the de del di du da do den der le el il la am um uhr a as alle o'clock h t".split(" "));

/** Shortest beginning of a name. */
const shortest = 3;

/** Every beginning of a name that stands for one number only, with that. */
function beginningsOf(names: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const several = new Set<string>();
  for (const [number, words] of names.entries())
    for (const word of words.split(" "))
      for (let length = shortest; length <= word.length; length++) {
        const beginning = word.slice(0, length);
        if ((found.get(beginning) ?? number) !== number) several.add(beginning);
        found.set(beginning, number);
      }
  for (const beginning of several) found.delete(beginning);
  return found;
}

const monthBeginnings = beginningsOf(months);
const weekdayBeginnings = beginningsOf(weekdays);

function plain(word: string): string {
  return word.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/\.$/, "");
}

/** The month of a name or its beginning, from 1. */
export function monthOf(word: string): number | undefined {
  const month = monthBeginnings.get(plain(word));
  return month === undefined ? undefined : month + 1;
}

/** The weekday of a name or its beginning, from 0 for Sunday. */
export function weekdayOf(word: string): number | undefined {
  return weekdayBeginnings.get(plain(word));
}

export function isFiller(word: string): boolean {
  return fillers.has(plain(word));
}
