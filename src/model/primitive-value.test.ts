import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateTimeOffset } from '../kernel/clock.js';
import { echoed, readPrimitive } from './primitive-value.js';
import type { PrimitiveName } from './schema.js';
import { readDuration } from './temporal.js';

type Scalar = string | number | boolean;

const same: readonly [PrimitiveName, Scalar][] = [
  ['Edm.String', ''],
  ['Edm.String', 'any text'],
  ['Edm.Boolean', true],
  ['Edm.Boolean', false],
  ['Edm.Byte', 255],
  ['Edm.SByte', -128],
  ['Edm.Int16', -32_768],
  ['Edm.Int32', 0],
  ['Edm.Int32', 2_147_483_647],
  ['Edm.Int32', -2_147_483_648],
  ['Edm.Int64', 9_007_199_254_740_991],
  ['Edm.Single', 1.5],
  ['Edm.Double', -1e300],
  ['Edm.Double', 'INF'],
  ['Edm.Double', '-INF'],
  ['Edm.Single', 'NaN'],
  ['Edm.Decimal', 12.34],
  ['Edm.Date', '2024-02-29'],
  ['Edm.Date', '0001-01-01'],
  ['Edm.DateTimeOffset', '0001-01-01T00:00:00Z'],
  ['Edm.DateTimeOffset', '9999-12-31T23:59:59.9999999Z'],
  ['Edm.TimeOfDay', '23:59:59.9999999'],
  ['Edm.Duration', 'PT0S'],
  ['Edm.Duration', '-P1DT2H3M4.5S'],
  ['Edm.Binary', ''],
  ['Edm.Binary', 'aGk/'],
  ['Edm.Binary', 'aA=='],
];

const normalised: readonly [PrimitiveName, Scalar, Scalar][] = [
  ['Edm.Int32', -0, 0],
  ['Edm.Int64', '42', 42],
  ['Edm.Int64', '-42', -42],
  ['Edm.Decimal', '12.50', 12.5],
  ['Edm.Guid', 'D59B6342-6342-D59B-4263-9BD542639BD5', 'd59b6342-6342-d59b-4263-9bd542639bd5'],
  ['Edm.DateTimeOffset', '2025-10-10T09:55:00.000Z', '2025-10-10T09:55:00Z'],
  ['Edm.DateTimeOffset', '2025-10-10T09:55:00.2500Z', '2025-10-10T09:55:00.25Z'],
  ['Edm.DateTimeOffset', '2025-10-10T09:55:00.1234567Z', '2025-10-10T09:55:00.1234567Z'],
  ['Edm.DateTimeOffset', '2025-10-10T09:55:00.123456789Z', '2025-10-10T09:55:00.1234567Z'],
  ['Edm.DateTimeOffset', '2025-10-10T09:55Z', '2025-10-10T09:55:00Z'],
  ['Edm.DateTimeOffset', '2025-10-10t09:55:00z', '2025-10-10T09:55:00Z'],
  ['Edm.DateTimeOffset', '2024-03-01T00:30:00.0000001+01:00', '2024-02-29T23:30:00.0000001Z'],
  ['Edm.DateTimeOffset', '2024-12-31T23:30:00-05:30', '2025-01-01T05:00:00Z'],
  ['Edm.DateTimeOffset', '0050-01-01T00:00:00+00:00', '0050-01-01T00:00:00Z'],
  ['Edm.TimeOfDay', '08:00', '08:00:00.0000000'],
  ['Edm.TimeOfDay', '08:00:01.5', '08:00:01.5000000'],
  ['Edm.Duration', 'PT90M', 'PT1H30M'],
  ['Edm.Duration', 'PT24H', 'P1D'],
  ['Edm.Duration', 'P0D', 'PT0S'],
  ['Edm.Duration', '-PT0S', 'PT0S'],
  ['Edm.Duration', '+PT1S', 'PT1S'],
  ['Edm.Duration', 'PT0.50S', 'PT0.5S'],
  ['Edm.Duration', 'PT59.123S', 'PT59.123S'],
  ['Edm.Binary', 'aA', 'aA=='],
  ['Edm.Binary', '_-8', '/+8='],
  ['Edm.Binary', 'aGVs\r\nbG8=', 'aGVsbG8='],
];

const refused: readonly [PrimitiveName, Scalar][] = [
  ['Edm.String', 1],
  ['Edm.String', true],
  ['Edm.Boolean', 'true'],
  ['Edm.Boolean', 1],
  ['Edm.Byte', 256],
  ['Edm.Byte', -1],
  ['Edm.SByte', 128],
  ['Edm.Int16', 32_768],
  ['Edm.Int32', 2_147_483_648],
  ['Edm.Int32', 1.5],
  ['Edm.Int32', '1'],
  ['Edm.Int32', true],
  ['Edm.Int64', 9_007_199_254_740_992],
  ['Edm.Int64', '1.0'],
  ['Edm.Int64', ''],
  ['Edm.Int64', '99999999999999999999'],
  ['Edm.Single', 1e39],
  ['Edm.Double', '1.5'],
  ['Edm.Double', 'Infinity'],
  ['Edm.Double', Number.POSITIVE_INFINITY],
  ['Edm.Decimal', 'INF'],
  ['Edm.Guid', 'adele'],
  ['Edm.Guid', '{d59b6342-6342-d59b-4263-9bd542639bd5}'],
  ['Edm.Guid', 5],
  ['Edm.Date', '2023-02-29'],
  ['Edm.Date', '1900-02-29'],
  ['Edm.Date', '2024-13-01'],
  ['Edm.Date', '2024-04-31'],
  ['Edm.Date', '0000-01-01'],
  ['Edm.Date', '2024-1-1'],
  ['Edm.Date', '2024-01-01T00:00:00Z'],
  ['Edm.DateTimeOffset', '2025-10-10'],
  ['Edm.DateTimeOffset', '2025-10-10T09:55:00'],
  ['Edm.DateTimeOffset', '2025-10-10 09:55:00Z'],
  ['Edm.DateTimeOffset', '2025-02-30T09:55:00Z'],
  ['Edm.DateTimeOffset', '2025-02-20T24:00:00Z'],
  ['Edm.DateTimeOffset', '2025-02-20T23:60:00Z'],
  ['Edm.DateTimeOffset', '2025-02-20T23:59:60Z'],
  ['Edm.DateTimeOffset', '2025-02-20T23:59:00+15:00'],
  ['Edm.DateTimeOffset', '2025-02-20T23:59:00+01:60'],
  ['Edm.DateTimeOffset', '0001-01-01T00:00:00+01:00'],
  ['Edm.DateTimeOffset', '9999-12-31T23:30:00-01:00'],
  ['Edm.DateTimeOffset', 'yesterday'],
  ['Edm.DateTimeOffset', 1_700_000_000],
  ['Edm.TimeOfDay', '24:00:00'],
  ['Edm.TimeOfDay', '8:00'],
  ['Edm.TimeOfDay', '08:00:00Z'],
  ['Edm.Duration', 'P'],
  ['Edm.Duration', '-P'],
  ['Edm.Duration', 'PT'],
  ['Edm.Duration', 'P1DT'],
  ['Edm.Duration', 'P1Y'],
  ['Edm.Duration', 'P1M'],
  ['Edm.Duration', 'P1W'],
  ['Edm.Duration', 'PT1.5H'],
  ['Edm.Duration', 'P99999999D'],
  ['Edm.Duration', '1:00:00'],
  ['Edm.Binary', 'a'],
  ['Edm.Binary', 'a==='],
  ['Edm.Binary', 'ab=='.repeat(2)],
  ['Edm.Binary', '+_aa'],
  ['Edm.Binary', 'ünïc'],
  ['Edm.Binary', 7],
];

describe('readPrimitive', () => {
  it.each(same)('%s keeps %j', (type, value) => {
    expect(readPrimitive(type, value)).toBe(value);
  });

  it.each(normalised)('%s reads %j as %j', (type, value, read) => {
    expect(Object.is(readPrimitive(type, value), read)).toBe(true);
  });

  it.each(refused)('%s refuses %j', (type, value) => {
    expect(readPrimitive(type, value)).toBeUndefined();
  });

  it('agrees with the clock on every instant', () => {
    const instants = fc.date({ min: new Date('0001-01-02T00:00:00Z'), max: new Date('9999-12-30T00:00:00Z'), noInvalidDate: true });
    fc.assert(
      fc.property(instants, fc.integer({ min: -840, max: 840 }), (instant, offset) => {
        const sign = offset < 0 ? '-' : '+';
        const two = (n: number) => String(n).padStart(2, '0');
        const local = new Date(instant.getTime() + offset * 60_000).toISOString().slice(0, 23);
        const text = `${local}${sign}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
        expect(readPrimitive('Edm.DateTimeOffset', text)).toBe(dateTimeOffset(instant.getTime()));
      }),
    );
  });

  it('reads every binary in either alphabet as standard base64', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const standard = Buffer.from(bytes).toString('base64');
        expect(readPrimitive('Edm.Binary', standard)).toBe(standard);
        expect(readPrimitive('Edm.Binary', Buffer.from(bytes).toString('base64url'))).toBe(standard);
      }),
    );
  });

  it('reads its own durations as themselves', () => {
    fc.assert(
      fc.property(fc.nat(400), fc.nat(100), fc.nat(3000), fc.nat(100_000), (days, hours, minutes, seconds) => {
        const read = readDuration(`P${days}DT${hours}H${minutes}M${seconds}S`);
        expect(readDuration(read ?? '')).toBe(read);
      }),
    );
  });
});

describe('echoed', () => {
  it.each([
    ['short', 'short'],
    ['x'.repeat(101), `${'x'.repeat(100)}…`],
    [{ a: [1] }, '{"a":[1]}'],
    [null, 'null'],
  ])('shows %j as %j', (value, text) => {
    expect(echoed(value)).toBe(text);
  });
});
