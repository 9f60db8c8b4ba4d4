import { describe, expect, it } from 'vitest';
import { isDuration, moveInstant, parseInstant } from './dates.js';

describe('instants', () => {
  it.each([
    ['2026-01-01', '2026-01-01T00:00:00.000Z'],
    ['2026-01-01T10:20', '2026-01-01T10:20:00.000Z'],
    ['2026-01-01T10:20:30Z', '2026-01-01T10:20:30.000Z'],
    ['2026-01-01t10:20:30.1234567z', '2026-01-01T10:20:30.123Z'],
    ['2026-01-01T01:00:00+02:30', '2025-12-31T22:30:00.000Z'],
    ['2026-01-01T01:00:00-05:00', '2026-01-01T06:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['2026-02-29', null],
    ['1900-02-29', null],
    ['2026-13-01', null],
    ['2026-00-10', null],
    ['2026-01-01T24:00:00Z', null],
    ['2026-1-1', null],
    ['soon', null],
    ['', null],
  ])('%s is %s', (text, expected) => {
    const instant = parseInstant(text);
    expect(instant === null ? null : new Date(instant).toISOString()).toBe(expected);
  });
});

describe('durations', () => {
  it.each(['P1D', 'p30d', 'P1Y2M3W4DT5H6M7S', 'PT1S', 'P999999Y'])('%s', (text) => {
    expect(isDuration(text)).toBe(true);
  });
  it.each(['', 'P', 'PT', 'P1', '1D', 'P1DT', 'P1H', 'PD', 'P-1D', 'P1.5D', 'P1234567D', 'P1D1Y'])('not %s', (text) => {
    expect(isDuration(text)).toBe(false);
  });
  it.each([
    ['2026-03-31T12:00', 'plus', 'P1D', '2026-04-01T12:00:00.000Z'],
    ['2026-03-31T12:00', 'minus', 'P1M', '2026-02-28T12:00:00.000Z'],
    ['2024-02-29', 'plus', 'P1Y', '2025-02-28T00:00:00.000Z'],
    ['2026-01-31', 'plus', 'P1M1DT1H', '2026-03-01T01:00:00.000Z'],
    ['2026-03-31', 'minus', 'P1W', '2026-03-24T00:00:00.000Z'],
  ] as const)('%s %s %s is %s', (from, direction, duration, expected) => {
    expect(new Date(moveInstant(parseInstant(from) ?? Number.NaN, direction, duration)).toISOString()).toBe(expected);
  });
  it('lead nowhere beyond the years that dates have', () => {
    expect(moveInstant(0, 'plus', 'P999999Y')).toBeNaN();
    expect(moveInstant(0, 'plus', '1 day')).toBeNaN();
  });
});
