import { describe, expect, it } from 'vitest';
import { NO_IMPACT } from '../../domain/impact/impact-json.js';
import type { Impact } from '../../engine/targeting/policy.js';
import type { Caller } from '../../kernel/caller.js';
import { createKeptPreviews } from './kept-previews.js';

const MINUTE = 60_000;
const caller = (tenantId = 't', appId = 'a', userId?: string): Caller => ({
  tenantId,
  kind: userId === undefined ? 'application' : 'delegated',
  appId,
  permissions: new Set(),
  userId,
  userPrincipalName: undefined,
  directoryRoles: [],
  expiresAt: 0,
});
const gaining = (devices: number): Impact => ({ ...NO_IMPACT, gained: { count: devices, devices: { count: devices, page: () => [] } } });
const measured = (...devices: readonly number[]) => ({
  parts: new Map(devices.map((count, at) => [at === 0 ? 'total' : String(at - 1), gaining(count)])),
  valid: () => true,
});

describe('kept previews', () => {
  it('hold the lists that are longer than a page', () => {
    const previews = createKeptPreviews();
    const kept = previews.keep(measured(101, 100, 5000), caller(), 100, 0);
    expect(['total', '0', '1', '2'].map((part) => kept.list(part, 'gained')?.count)).toEqual([101, undefined, 5000, undefined]);
    expect(kept.list('total', 'lost')).toBeUndefined();
    expect(previews.find(kept.id.toUpperCase(), caller(), 1)).toBe(kept);
  });

  it('do not hold those that have none', () => {
    const previews = createKeptPreviews();
    expect(previews.find(previews.keep(measured(100), caller(), 100, 0).id, caller(), 0)).toBeUndefined();
  });

  it.each([
    ['another tenant', caller('u')],
    ['another application', caller('t', 'b')],
    ['a user of the application', caller('t', 'a', 'x')],
  ])('are not there for %s', (_name, other) => {
    const previews = createKeptPreviews();
    expect(previews.find(previews.keep(measured(101), caller(), 100, 0).id, other, 0)).toBeUndefined();
  });

  it('go after ten minutes, and when they are no longer valid', () => {
    const previews = createKeptPreviews();
    const { id } = previews.keep(measured(101), caller(), 100, 0);
    expect(previews.find(id, caller(), 10 * MINUTE - 1)).toBeDefined();
    expect(previews.find(id, caller(), 10 * MINUTE)).toBeUndefined();
    let valid = true;
    const other = previews.keep({ ...measured(101), valid: () => valid }, caller(), 100, 0);
    expect(previews.find(other.id, caller(), 0)).toBeDefined();
    valid = false;
    expect(previews.find(other.id, caller(), 0)).toBeUndefined();
  });

  it('are so many for a tenant, the oldest going first, and do not push out another tenant’s', () => {
    const previews = createKeptPreviews();
    const theirs = previews.keep(measured(101), caller('u'), 100, 0);
    const mine = Array.from({ length: 33 }, () => previews.keep(measured(101), caller(), 100, 0));
    expect(mine.map(({ id }) => previews.find(id, caller(), 0) !== undefined)).toEqual([false, ...Array.from({ length: 32 }, () => true)]);
    expect(previews.find(theirs.id, caller('u'), 0)).toBeDefined();
  });

  it('hold so many devices in all', () => {
    const previews = createKeptPreviews();
    const first = previews.keep(measured(9_000_000), caller(), 100, 0);
    const second = previews.keep(measured(9_000_000, 8_000_000, 7_000_000), caller(), 100, 0);
    expect(previews.find(first.id, caller(), 0)).toBeUndefined();
    expect(['total', '0', '1'].map((part) => previews.find(second.id, caller(), 0)?.list(part, 'gained')?.count)).toEqual([
      9_000_000,
      undefined,
      7_000_000,
    ]);
  });
});
