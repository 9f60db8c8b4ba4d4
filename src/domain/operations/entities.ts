import type { SetAddress } from '../../query/outcome.js';
import type { Plan } from '../../query/plan.js';
import type { DomainContext } from '../context.js';
import { expandItems } from '../read/expand.js';
import type { Found } from '../read/place.js';
import type { Decision } from '../write/change.js';

/** Entities of a set, each with what `$expand` asks for; the other options are `shapedAnswer`'s affair. */
export async function entities(found: readonly Found[], address: SetAddress, plan: Plan, context: DomainContext): Promise<Decision> {
  const items = await expandItems(found, plan.options, context);
  return { outcome: { kind: 'collection', address, page: { items, count: undefined, nextSkip: undefined } }, changes: undefined };
}
