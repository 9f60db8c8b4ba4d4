/** Dates and durations of rules and of directory objects: ISO 8601, UTC where no zone is given. */

const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)(?:t(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(z|[+-]\d\d:\d\d)?)?$/i;
const DURATION =
  /^p(?=\d|t\d)(?:(\d{1,6})y)?(?:(\d{1,6})m)?(?:(\d{1,6})w)?(?:(\d{1,6})d)?(?:t(?=\d)(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?)?$/i;

const MINUTE = 60_000;

export function isDateTime(text: string): boolean {
  return DATE_TIME.test(text);
}

/** Milliseconds since the epoch; null for a text that is no date, or no date of the calendar. */
export function parseInstant(text: string): number | null {
  const match = DATE_TIME.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month) || hour > 23 || minute > 59 || second > 59) return null;
  const milliseconds = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const local = new Date(0).setUTCFullYear(year, month - 1, day) + hour * 60 * MINUTE + minute * MINUTE + second * 1000 + milliseconds;
  return local - zoneMinutes(match[8]) * MINUTE;
}

export function isDuration(text: string): boolean {
  return DURATION.test(text);
}

/** The instant moved by a duration, years and months by the calendar. NaN beyond the years that dates can have, which compares with nothing. */
export function moveInstant(instant: number, direction: 'plus' | 'minus', duration: string): number {
  const match = DURATION.exec(duration);
  if (match === null) return Number.NaN;
  const sign = direction === 'plus' ? 1 : -1;
  const [years, months, weeks, days, hours, minutes, seconds] = match.slice(1, 8).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const moved = moveMonths(instant, sign * (years * 12 + months));
  return moved + sign * ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * MINUTE + seconds * 1000);
}

/** A day that the month reached does not have becomes its last day. */
function moveMonths(instant: number, months: number): number {
  if (months === 0) return instant;
  const date = new Date(instant);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  return date.setUTCDate(Math.min(day, daysOf(date.getUTCFullYear(), date.getUTCMonth() + 1)));
}

function daysOf(year: number, month: number): number {
  return new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}

function zoneMinutes(zone: string | undefined): number {
  if (zone === undefined || zone.toLowerCase() === 'z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return zone.startsWith('-') ? -minutes : minutes;
}
