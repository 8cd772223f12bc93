/** Year first: the only order in which day and month cannot be taken for one another. */
const YEAR_FIRST = /^(?<year>\d{4})(?<separator>[/-])(?<month>\d{1,2})\k<separator>(?<day>\d{1,2})$/;
const EARLIEST_YEAR = 1800;
const MS_PER_HOUR = 3_600_000;
/** Kiribati's time zone, where each day begins first. */
const FIRST_ZONE_HOURS = 14;

/**
 * A date in the form that IDA reads by default, `YYYY/MM/DD` (mosip-config 1.2.0, `mosip.date-of-birth.pattern`),
 * from `YYYY/MM/DD` or `YYYY-MM-DD`; month and day may lack their leading zero. Any other text comes back as it is.
 */
export function formatDateOfBirth(text: string): string {
  const groups = YEAR_FIRST.exec(text)?.groups;
  if (groups === undefined) return text;
  const { year = '', month = '', day = '' } = groups;
  return `${year}/${month.padStart(2, '0')}/${day.padStart(2, '0')}`;
}

/**
 * Whether a text in one of the forms above is a day of the calendar, from 1800 to `latest`.
 *
 * @param latest `YYYY/MM/DD`
 */
export function isDateOfBirth(text: string, latest: string): boolean {
  const groups = YEAR_FIRST.exec(text)?.groups;
  if (groups === undefined) return false;
  const year = Number(groups['year']);
  const month = Number(groups['month']);
  const day = Number(groups['day']);
  const date = new Date(Date.UTC(year, month - 1, day));
  const isInCalendar = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isInCalendar && year >= EARLIEST_YEAR && formatDateOfBirth(text) <= latest;
}

/** Today, `YYYY/MM/DD`, where the day begins first: a child born there this morning is not born in the future. */
export function latestDateOfBirth(now: Date): string {
  const there = new Date(now.getTime() + FIRST_ZONE_HOURS * MS_PER_HOUR);
  return there.toISOString().slice(0, 'YYYY-MM-DD'.length).replaceAll('-', '/');
}
