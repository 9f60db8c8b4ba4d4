/** Writing a device together with its category. */
import type { JsonObject } from '../../kernel/json.js';
import type { ChangeOperation, Expectation } from '../../storage/change-set.js';
import type { DomainContext } from '../context.js';
import type { Found } from '../read/place.js';
import { changeSet, type Decision, keyOf, unchanged } from '../write/change.js';
import { categoryIdOf, categoryLink, touchMembers } from './records.js';

export interface CategoryChange {
  /** Undefined: none. */
  readonly id: string | undefined;
  readonly displayName: string;
  readonly expect: readonly Expectation[];
}

/** Put a device and its category together, so that the name it shows is that of the category it has. */
export async function writeDevice(
  found: Found,
  json: JsonObject,
  category: CategoryChange | undefined,
  context: DomainContext,
  show: (json: JsonObject, version: number) => Decision['outcome'],
): Promise<Decision> {
  const { stored } = found;
  const current = category === undefined ? undefined : await categoryIdOf(stored.id, context);
  const moves = category !== undefined && category.id !== current;
  if (json === found.json() && !moves) return { outcome: show(json, stored.version), changes: undefined };
  const operations: ChangeOperation[] = [{ kind: 'put', key: keyOf(stored), type: stored.type, json: JSON.stringify(json) }];
  if (moves) {
    if (current !== undefined) operations.push({ kind: 'unlink', link: categoryLink(stored.id, current) }, touchMembers(current));
    if (category.id !== undefined) operations.push({ kind: 'link', link: categoryLink(stored.id, category.id) }, touchMembers(category.id));
  }
  return {
    outcome: show(json, stored.version + 1),
    changes: changeSet(context, [unchanged(stored), ...(category?.expect ?? [])], operations),
  };
}
