/**
 * Numbers that a tenant's writes count together, each in an entity of a set that no path reaches: two writes at once cannot both go by the
 * same one, since each expects it as it was read.
 */
import type { ChangeOperation, Expectation } from '../../storage/change-set.js';
import type { EntityKey } from '../../storage/store.js';
import type { DomainContext } from '../context.js';

const COUNTERS = 'muster/counters';

export interface Counter {
  /** 0 where nothing was counted yet. */
  readonly value: number;
  readonly expect: Expectation;
  set(value: number): ChangeOperation;
}

export function counterKey(name: string): EntityKey {
  return { set: COUNTERS, parent: '', id: name };
}

export async function readCounter(name: string, context: Pick<DomainContext, 'reader' | 'tenant'>): Promise<Counter> {
  const key = counterKey(name);
  const [stored] = await context.reader.read(context.tenant, [key]);
  return {
    value: stored === undefined ? 0 : (JSON.parse(stored.json) as { value: number }).value,
    expect: { kind: 'version', key, version: stored?.version ?? 0 },
    set: (value) => ({ kind: 'put', key, type: 'counter', json: JSON.stringify({ value }), recorded: false }),
  };
}
