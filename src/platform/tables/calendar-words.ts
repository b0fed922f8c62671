/** The languages in which the words of a calendar are known, as the names of columns are. */
const languages = 'en de fr es it pt nl pl sv da fi ru zh ja'.split(' ');
const widths = ['long', 'short'] as const;
/** Forms that ICU does not write. */
const moreMonths = { sept: 9, mrz: 3, maerz: 3, janv: 1, fevr: 2, juil: 7, mrt: 3, okt: 10, dez: 12, des: 12 };

let months: ReadonlyMap<string, number> | undefined;
let days: ReadonlySet<string> | undefined;

/** @returns 1 to 12 for the name of a month, whole or short, in any of the languages; undefined for other words. */
export function monthOf(word: string): number | undefined {
  months ??= readMonths();
  return months.get(formOf(word));
}

export function isDayOfWeek(word: string): boolean {
  days ??= readDays();
  return days.has(formOf(word));
}

/** Words are compared without case, accents and full stops. */
function formOf(word: string): string {
  return word
    .normalize('NFKD')
    .replace(/[\p{M}.]/gu, '')
    .toLowerCase();
}

/** What the month is called alone, and beside a day: "styczeń", "stycznia". */
function readMonths(): Map<string, number> {
  const found = new Map<string, number>(Object.entries(moreMonths));
  for (const language of languages) {
    for (const month of widths) {
      for (const more of [{}, { day: 'numeric' }] as const) {
        const format = new Intl.DateTimeFormat(language, { month, ...more, timeZone: 'UTC' });
        for (let number = 1; number <= 12; number++) {
          const parts = format.formatToParts(Date.UTC(2024, number - 1, 15));
          const name = formOf(parts.find(({ type }) => type === 'month')!.value);
          if (!/^\d/.test(name) && !found.has(name)) found.set(name, number);
        }
      }
    }
  }
  return found;
}

function readDays(): Set<string> {
  const found = new Set<string>();
  for (const language of languages) {
    for (const weekday of widths) {
      const format = new Intl.DateTimeFormat(language, { weekday, timeZone: 'UTC' });
      for (let day = 1; day <= 7; day++) found.add(formOf(format.format(Date.UTC(2024, 0, day))));
    }
  }
  return found;
}
