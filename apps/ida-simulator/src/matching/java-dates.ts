/**
 * Dates as IDA reads them: kernel `DateUtils.parseToDate` is a non-lenient `java.text.SimpleDateFormat` in UTC. It
 * reads a prefix (what follows is ignored), skips blanks before each number, and takes fewer digits than the pattern
 * has. Compared with Java 17 on the cases of the spec.
 */

const DATE_OF_BIRTH = /^[ \t]*(\d+)\/[ \t]*(\d+)\/[ \t]*(\d+)/;

/** `yyyy/MM/dd` ([cfg] `mosip.date-of-birth.pattern`), in days since 1970; undefined if it cannot be parsed. */
export function parseDateOfBirth(text: string): number | undefined {
  const match = DATE_OF_BIRTH.exec(text);
  if (match === null) return undefined;
  const time = utc(numbers(match.slice(1)));
  return time === undefined ? undefined : time / MS_PER_DAY;
}

const REQUEST_TIME =
  /^[ \t]*(\d+)-[ \t]*(\d+)-[ \t]*(\d+)T[ \t]*(\d+):[ \t]*(\d+):[ \t]*(\d+)\.[ \t]*(\d{1,3})[ \t]*(?:Z|([+-])(\d\d):(\d\d))/;

/** `yyyy-MM-dd'T'HH:mm:ss.SSSXXX` ([cfg] `datetime.pattern`), in ms since 1970; undefined if it cannot be parsed. */
export function parseRequestTime(text: string): number | undefined {
  const match = REQUEST_TIME.exec(text);
  if (match === null) return undefined;
  const local = utc(numbers(match.slice(1, 8)));
  const [hours = 0, minutes = 0] = numbers(match.slice(9).filter((part) => part !== undefined));
  if (local === undefined || hours > 23 || minutes > 59) return undefined;
  const offsetMs = (hours * 60 + minutes) * MS_PER_MINUTE;
  return match[8] === '-' ? local + offsetMs : local - offsetMs;
}

const MS_PER_MINUTE = 60_000;
const MS_PER_DAY = 24 * 60 * MS_PER_MINUTE;

/** Strict: a field out of its range (30 February, 24 o'clock, year 0) is no date. */
function utc(fields: readonly number[]): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = fields;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, ms);
  const isExact =
    year > 0 &&
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  return isExact ? date.getTime() : undefined;
}

/** Whole years from a day of birth to today, as `java.time.Period` counts them. */
export function ageInYears(bornOnDay: number, today: Date): number {
  const born = new Date(bornOnDay * MS_PER_DAY);
  const years = today.getUTCFullYear() - born.getUTCFullYear();
  const hadBirthday =
    today.getUTCMonth() > born.getUTCMonth() ||
    (today.getUTCMonth() === born.getUTCMonth() && today.getUTCDate() >= born.getUTCDate());
  return hadBirthday ? years : years - 1;
}

function numbers(parts: readonly string[]): readonly number[] {
  return parts.map(Number);
}
