import type { CompareOperator, Value } from './ast.js';
import { moveInstant, parseInstant } from './dates.js';

/** What a comparison says of a date (milliseconds since the epoch, or none) at a moment. */
export type InstantTest = (instant: number | null) => boolean;

/**
 * Builds the test of a checked comparison. A missing date is neither before nor after anything; a text that is no date equals none.
 *
 * @param now milliseconds since the epoch
 */
export function instantTest(operator: CompareOperator, value: Value, now: number): InstantTest {
  const wanted = instantOf(value, now);
  const equal = (instant: number | null) => (value.kind === 'null' ? instant === null : instant !== null && instant === wanted);
  switch (operator) {
    case 'eq':
      return equal;
    case 'ne':
      return (instant) => !equal(instant);
    case 'ge':
      return (instant) => instant !== null && wanted !== null && instant >= wanted;
    case 'le':
      return (instant) => instant !== null && wanted !== null && instant <= wanted;
    default:
      return () => false;
  }
}

function instantOf(value: Value, now: number): number | null {
  switch (value.kind) {
    case 'text':
    case 'date':
      return parseInstant(value.text);
    case 'now':
      return value.offset === undefined ? now : moveInstant(now, value.offset.direction, value.offset.duration);
    default:
      return null;
  }
}
