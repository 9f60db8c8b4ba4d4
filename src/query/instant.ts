/** Instants and durations at the service's precision, 100 nanoseconds (a tick), from and to their text forms. */

const TICKS_PER_MILLI = 10_000n;
export const TICKS_PER_SECOND = 10_000_000n;
const DURATION = /^(-)?P(?:(\d{1,8})D)?(?:T(?:(\d{1,10})H)?(?:(\d{1,12})M)?(?:(\d{1,12})(?:\.(\d{1,7})\d{0,5})?S)?)?$/;

/** Seven digits of a fraction that begins at `from` (behind the dot), as ticks; `until` is behind its last digit. */
function fractionTicks(text: string, from: number, until: number): number {
  let ticks = 0;
  for (let i = 0; i < 7; i++) ticks = ticks * 10 + (from + i < until ? text.charCodeAt(from + i) - 48 : 0);
  return ticks;
}

function isCanonical(text: string): boolean {
  return text.length >= 20 && text.charCodeAt(10) === 84 && text.charCodeAt(text.length - 1) === 90;
}

/** The order of two DateTimeOffset or Date texts as instants (a date is its midnight, UTC); NaN when one of them is neither. */
export function compareInstants(a: string, b: string): number {
  if (isCanonical(a) && isCanonical(b)) {
    const left = a.slice(0, 19);
    const right = b.slice(0, 19);
    if (left !== right) return left < right ? -1 : 1;
    return fractionTicks(a, 20, a.length - 1) - fractionTicks(b, 20, b.length - 1);
  }
  const left = instantTicks(a);
  const right = instantTicks(b);
  if (left === undefined || right === undefined) return Number.NaN;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Ticks since 1970-01-01T00:00:00Z of a DateTimeOffset or Date text; undefined when it is neither. */
export function instantTicks(text: string): bigint | undefined {
  const dot = text.indexOf('.', 19);
  let zone = dot < 0 ? 19 : dot + 1;
  while (dot >= 0 && zone < text.length && text.charCodeAt(zone) >= 48 && text.charCodeAt(zone) <= 57) zone++;
  const whole = dot < 0 ? text : text.slice(0, dot) + text.slice(zone);
  const millis = Date.parse(whole);
  if (Number.isNaN(millis)) return undefined;
  return BigInt(millis) * TICKS_PER_MILLI + (dot < 0 ? 0n : BigInt(fractionTicks(text, dot + 1, zone)));
}

/** Ticks as a DateTimeOffset: UTC, up to seven digits, trailing zeros trimmed. Undefined outside the years 1 to 9999. */
export function instantText(ticks: bigint): string | undefined {
  const second = ticks / TICKS_PER_SECOND - (ticks % TICKS_PER_SECOND < 0n ? 1n : 0n);
  const fraction = ticks - second * TICKS_PER_SECOND;
  const at = new Date(Number(second) * 1000);
  const year = at.getUTCFullYear();
  if (Number.isNaN(year) || year < 1 || year > 9999) return undefined;
  const digits = fraction === 0n ? '' : `.${fraction.toString().padStart(7, '0').replace(/0+$/, '')}`;
  return `${at.toISOString().slice(0, 19)}${digits}Z`;
}

/** Ticks of an ISO 8601 duration in days and below; undefined when it is none. */
export function durationTicks(text: string): bigint | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const [, sign, days = '0', hours = '0', minutes = '0', seconds = '0', digits = ''] = match;
  const total = ((BigInt(days) * 24n + BigInt(hours)) * 60n + BigInt(minutes)) * 60n + BigInt(seconds);
  const ticks = total * TICKS_PER_SECOND + BigInt(digits.padEnd(7, '0'));
  return sign === undefined ? ticks : -ticks;
}

/** Ticks as the shortest duration text: `P1DT2H`, `-PT0.5S`, `PT0S`. */
export function durationText(ticks: bigint): string {
  if (ticks === 0n) return 'PT0S';
  const positive = ticks < 0n ? -ticks : ticks;
  const total = positive / TICKS_PER_SECOND;
  const fraction = positive % TICKS_PER_SECOND;
  const digits = fraction === 0n ? '' : `.${fraction.toString().padStart(7, '0').replace(/0+$/, '')}`;
  const days = total / 86_400n;
  const hours = (total / 3600n) % 24n;
  const minutes = (total / 60n) % 60n;
  const seconds = total % 60n;
  const time = [
    hours === 0n ? '' : `${hours}H`,
    minutes === 0n ? '' : `${minutes}M`,
    seconds === 0n && digits === '' ? '' : `${seconds}${digits}S`,
  ].join('');
  return `${ticks < 0n ? '-' : ''}P${days === 0n ? '' : `${days}D`}${time === '' ? '' : `T${time}`}`;
}
