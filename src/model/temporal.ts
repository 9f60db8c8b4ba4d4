/**
 * The text forms of Edm.Date, Edm.DateTimeOffset, Edm.TimeOfDay and Edm.Duration (OData ABNF), normalised as the service writes them.
 * Every function returns undefined for a text that is no such value. Fractions keep seven digits, the service's precision; more are cut.
 */
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?(?:(Z)|([+-])(\d\d):(\d\d))$/i;
const TIME = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?$/;
const DURATION = /^([+-])?P(?:(\d{1,8})D)?(?:T(?=\d)(?:(\d{1,10})H)?(?:(\d{1,12})M)?(?:(\d{1,12})(?:\.(\d{1,12}))?S)?)?$/;
/** A .NET TimeSpan, which is what the service holds, ends at 10,675,199 days and some hours. */
const MAX_DURATION_DAYS = 10_675_198;

export function readDate(text: string): string | undefined {
  const match = DATE.exec(text);
  return match !== null && isCalendarDay(Number(match[1]), Number(match[2]), Number(match[3])) ? text : undefined;
}

/** UTC with `Z`, up to seven fractional digits, trailing zeros trimmed (graph-api spec 4.2): `2025-10-10T09:55:00.25Z`. */
export function readDateTimeOffset(text: string): string | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second = '00', digits = '', utc, sign, offsetHours, offsetMinutes] = match;
  if (!isCalendarDay(Number(year), Number(month), Number(day)) || !isClockTime(Number(hour), Number(minute), Number(second)))
    return undefined;
  const fraction = digits.slice(0, 7).replace(/0+$/, '');
  const tail = `${fraction === '' ? '' : `.${fraction}`}Z`;
  if (utc !== undefined) return `${year}-${month}-${day}T${hour}:${minute}:${second}${tail}`;
  const offset = Number(offsetHours) * 60 + Number(offsetMinutes);
  if (Number(offsetMinutes) > 59 || offset > 14 * 60) return undefined;
  const instant = new Date(0);
  instant.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  instant.setUTCHours(Number(hour), Number(minute) - (sign === '-' ? -offset : offset), Number(second));
  const shifted = instant.getUTCFullYear();
  return shifted >= 1 && shifted <= 9999 ? `${instant.toISOString().slice(0, 19)}${tail}` : undefined;
}

/** `hh:mm:ss.fffffff`, seven digits always: the form the service writes. */
export function readTimeOfDay(text: string): string | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [, hour, minute, second = '00', digits = ''] = match;
  if (!isClockTime(Number(hour), Number(minute), Number(second))) return undefined;
  return `${hour}:${minute}:${second}.${digits.slice(0, 7).padEnd(7, '0')}`;
}

/** The shortest form with carried units, as the service writes a time span: `PT90M` -> `PT1H30M`, `PT0S` for nothing. */
export function readDuration(text: string): string | undefined {
  const match = DURATION.exec(text);
  if (match === null || text.endsWith('P') || text.endsWith('T')) return undefined;
  const [, sign, days = '0', hours = '0', minutes = '0', seconds = '0', digits = ''] = match;
  const fraction = digits.slice(0, 7).replace(/0+$/, '');
  const total = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  const wholeDays = Math.floor(total / 86_400);
  if (wholeDays > MAX_DURATION_DAYS) return undefined;
  const inDay = total % 86_400;
  const time = [
    unit(Math.floor(inDay / 3600), 'H'),
    unit(Math.floor(inDay / 60) % 60, 'M'),
    fraction === '' ? unit(inDay % 60, 'S') : `${inDay % 60}.${fraction}S`,
  ].join('');
  if (wholeDays === 0 && time === '') return 'PT0S';
  return `${sign === '-' ? '-' : ''}P${unit(wholeDays, 'D')}${time === '' ? '' : `T${time}`}`;
}

function unit(count: number, letter: string): string {
  return count === 0 ? '' : `${count}${letter}`;
}

function isCalendarDay(year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  if (month === 2) return day <= (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28);
  return day <= (month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
}

function isClockTime(hour: number, minute: number, second: number): boolean {
  return hour < 24 && minute < 60 && second < 60;
}
