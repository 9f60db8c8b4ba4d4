import { describe, expect, it } from 'vitest';
import { readEnum } from './enum-value.js';
import { sampleBeta } from './testing/sample-schema.js';

const { enums } = sampleBeta();

describe('readEnum', () => {
  it.each([
    ['platformType', 'iOS', 'iOS'],
    ['platformType', 'ios', 'iOS'],
    ['platformType', 'LINUX', 'linux'],
    ['platformType', 1, 'iOS'],
    ['platformType', '3', 'linux'],
    ['platformType', 'unknownFutureValue', 'unknownFutureValue'],
    ['deviceConfigAssignmentIntent', 'Remove', 'remove'],
    ['keyUsages', 'digitalSignature', 'digitalSignature'],
    ['keyUsages', 'digitalSignature, keyEncipherment', 'keyEncipherment,digitalSignature'],
    ['keyUsages', 'keyEncipherment,KEYENCIPHERMENT', 'keyEncipherment'],
    ['keyUsages', 3, 'keyEncipherment,digitalSignature'],
    ['keyUsages', '3', 'keyEncipherment,digitalSignature'],
    ['keyUsages', '1,2', 'keyEncipherment,digitalSignature'],
    ['weekDays', 'none', 'none'],
    ['weekDays', 'none,friday', 'friday'],
    ['weekDays', 0, 'none'],
    ['weekDays', 5, 'monday,friday'],
  ])('%s reads %j as %j', (type, value, member) => {
    expect(readEnum(enums.get(type)!, value)).toBe(member);
  });

  it.each([
    ['platformType', 'windows'],
    ['platformType', ''],
    ['platformType', 'android,iOS'],
    ['platformType', 4],
    ['platformType', -1],
    ['platformType', 0.5],
    ['platformType', true],
    ['platformType', '__proto__'],
    ['deviceConfigAssignmentIntent', 'unknownFutureValue'],
    ['keyUsages', ''],
    ['keyUsages', 'keyEncipherment,'],
    ['keyUsages', 'keyEncipherment,other'],
    ['keyUsages', 0],
    ['keyUsages', 4],
    ['keyUsages', 7],
    ['keyUsages', -1],
    ['keyUsages', 2 ** 40],
    ['keyUsages', 'keyEncipherment,'.repeat(1000)],
    ['keyUsages', Array(1000).fill('keyEncipherment').join()],
  ])('%s refuses %j', (type, value) => {
    expect(readEnum(enums.get(type)!, value)).toBeUndefined();
  });
});
