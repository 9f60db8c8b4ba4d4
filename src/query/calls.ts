/** What the functions of `functions.ts` compute. Arguments are never null: a null argument makes the result null before it comes here. */
import type { JsonValue } from '../kernel/json.js';
import { foldCase, toNumber } from './compare.js';
import { compareInstants, durationTicks, instantText, instantTicks, TICKS_PER_SECOND } from './instant.js';
import { primitiveKind } from './value-type.js';

type Call = (values: readonly JsonValue[], now: number) => JsonValue;

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value);
}

function folded(value: JsonValue | undefined): string {
  return foldCase(text(value));
}

function number(value: JsonValue | undefined): number {
  return value === undefined ? Number.NaN : toNumber(value);
}

/** `YYYY-MM-DDThh:mm:ss[.f]Z` of any DateTimeOffset or Date text. */
function inUtc(value: JsonValue | undefined): string | undefined {
  const given = text(value);
  if (given.length >= 20 && given.endsWith('Z')) return given;
  const ticks = instantTicks(given);
  return ticks === undefined ? undefined : instantText(ticks);
}

/** A slice of the date part, as a number. */
function datePart(from: number, until: number): Call {
  return ([value]) => {
    const utc = inUtc(value);
    return utc === undefined ? null : Number(utc.slice(from, until));
  };
}

/** The time part of a DateTimeOffset or TimeOfDay text. */
function timeText(value: JsonValue | undefined): string | undefined {
  const given = text(value);
  return given.charCodeAt(2) === 58 ? given : inUtc(value)?.slice(11, -1);
}

function timePart(from: number): Call {
  return ([value]) => {
    const time = timeText(value);
    return time === undefined ? null : Number(time.slice(from, from + 2) || '0');
  };
}

function substring([value, from, count]: readonly JsonValue[]): JsonValue {
  const start = Math.max(0, number(from));
  return count === undefined ? text(value).slice(start) : text(value).slice(start, start + Math.max(0, number(count)));
}

/** Half away from zero (OData URL conventions, section 5.1.1.9.1). */
function round(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}

export const CALLS: ReadonlyMap<string, Call> = new Map<string, Call>([
  ['contains', ([a, b]) => folded(a).includes(folded(b))],
  ['startswith', ([a, b]) => folded(a).startsWith(folded(b))],
  ['endswith', ([a, b]) => folded(a).endsWith(folded(b))],
  ['length', ([a]) => text(a).length],
  ['indexof', ([a, b]) => folded(a).indexOf(folded(b))],
  ['substring', substring],
  ['tolower', ([a]) => text(a).toLowerCase()],
  ['toupper', ([a]) => text(a).toUpperCase()],
  ['trim', ([a]) => text(a).trim()],
  ['concat', ([a, b]) => text(a) + text(b)],
  ['year', datePart(0, 4)],
  ['month', datePart(5, 7)],
  ['day', datePart(8, 10)],
  ['hour', timePart(0)],
  ['minute', timePart(3)],
  ['second', timePart(6)],
  ['fractionalseconds', ([a]) => Number(`0${timeText(a)?.slice(8) ?? ''}`)],
  ['date', ([a]) => inUtc(a)?.slice(0, 10) ?? null],
  ['time', ([a]) => `${timeText(a)?.slice(0, 8)}.${(timeText(a)?.slice(9) ?? '').padEnd(7, '0')}`],
  ['totaloffsetminutes', () => 0],
  ['now', (_, now) => instantText(BigInt(Math.trunc(now)) * 10_000n) ?? null],
  ['mindatetime', () => '0001-01-01T00:00:00Z'],
  ['maxdatetime', () => '9999-12-31T23:59:59.9999999Z'],
  ['totalseconds', ([a]) => Number(durationTicks(text(a)) ?? 0n) / Number(TICKS_PER_SECOND)],
  ['round', ([a]) => round(number(a))],
  ['floor', ([a]) => Math.floor(number(a))],
  ['ceiling', ([a]) => Math.ceil(number(a))],
]);

/** `cast` to an Edm primitive; null where the value has no such form (OData URL conventions, section 5.1.1.10.1). */
export function castTo(typeName: string, value: JsonValue): JsonValue {
  if (value === null || typeof value === 'object') return null;
  switch (primitiveKind(typeName)) {
    case 'string':
      return String(value);
    case 'number': {
      const result = toNumber(value);
      if (Number.isNaN(result)) return null;
      return typeName === 'Edm.Double' || typeName === 'Edm.Single' || typeName === 'Edm.Decimal' ? result : Math.trunc(result);
    }
    case 'boolean': {
      if (typeof value === 'boolean') return value;
      return value === 'true' ? true : value === 'false' ? false : null;
    }
    case 'date':
      return inUtc(value)?.slice(0, 10) ?? null;
    case 'dateTimeOffset':
      return inUtc(value) !== undefined && !Number.isNaN(compareInstants(text(value), text(value))) ? (inUtc(value) ?? null) : null;
    case 'duration':
      return durationTicks(text(value)) === undefined ? null : value;
    default:
      return value;
  }
}
