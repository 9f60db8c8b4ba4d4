import type { StoredEntity } from '../../storage/store.js';
import type { DomainContext } from '../context.js';

/** Every entity of a set below one parent ('' at the top), in key order. For sets whose size is bounded by their owner. */
export async function wholeSet(
  context: Pick<DomainContext, 'reader' | 'tenant'>,
  set: string,
  parent = '',
): Promise<readonly StoredEntity[]> {
  const query = { set, parent, filter: undefined, orderBy: [], skip: 0, limit: undefined, count: false };
  return (await context.reader.list(context.tenant, query)).entities;
}
