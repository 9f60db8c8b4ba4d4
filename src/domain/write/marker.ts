/**
 * What changes about an entity without changing the entity: who uses a filter, which devices have a category. Whoever adds a use touches the
 * marker; whoever decides on all uses reads the marker first and expects that nobody has touched it since.
 */
import type { ChangeOperation, Expectation } from '../../storage/change-set.js';
import type { DomainContext } from '../context.js';

export type MarkerKind = 'deviceCategoryMembers' | 'assignmentFilterUses';

const keyOf = (kind: MarkerKind, id: string) => ({ set: `muster/${kind}`, parent: '', id });

export type Touch = Extract<ChangeOperation, { readonly kind: 'put' }>;

export function touch(kind: MarkerKind, id: string): Touch {
  return { kind: 'put', key: keyOf(kind, id), type: 'marker', json: '{}', recorded: false };
}

export async function untouched(kind: MarkerKind, id: string, context: Pick<DomainContext, 'reader' | 'tenant'>): Promise<Expectation> {
  const key = keyOf(kind, id);
  const [marker] = await context.reader.read(context.tenant, [key]);
  return { kind: 'version', key, version: marker?.version ?? 0 };
}

/** Markers can be left out where nobody else writes (seeds). */
export function isMarker(operation: ChangeOperation): boolean {
  return operation.kind === 'put' && operation.type === 'marker';
}
