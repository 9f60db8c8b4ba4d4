/** What a use case decides: what to show, and what to change first. */

import { dateTimeOffset } from '../../kernel/clock.js';
import { graphError } from '../../kernel/errors.js';
import type { JsonObject } from '../../kernel/json.js';
import type { Item, Outcome, SetAddress } from '../../query/outcome.js';
import type { Plan } from '../../query/plan.js';
import type { ChangeOperation, ChangeSet, Expectation } from '../../storage/change-set.js';
import type { EntityKey, StoredEntity } from '../../storage/store.js';
import { actorOf, type DomainContext } from '../context.js';
import { toItem } from '../read/item.js';
import type { Found } from '../read/place.js';
import { toFound } from '../read/walk-path.js';

export interface Decision {
  readonly outcome: Outcome;
  /** Undefined: nothing to write. */
  readonly changes: ChangeSet | undefined;
}

export function changeSet(context: DomainContext, expect: readonly Expectation[], operations: readonly ChangeOperation[]): ChangeSet {
  return { tenant: context.tenant, actor: actorOf(context.caller), at: instantText(context.now), expect, operations };
}

let lastInstant = { millis: Number.NaN, text: '' };

/** Many changes fall into one millisecond. */
function instantText(millis: number): string {
  if (millis !== lastInstant.millis) lastInstant = { millis, text: dateTimeOffset(millis) };
  return lastInstant.text;
}

/** The entity is still as it was read. */
export function unchanged(stored: StoredEntity): Expectation {
  return { kind: 'version', key: keyOf(stored), version: stored.version };
}

/** The key is still free. */
export function absent(key: EntityKey): Expectation {
  return { kind: 'version', key, version: 0 };
}

export function keyOf(stored: EntityKey): EntityKey {
  return { set: stored.set, parent: stored.parent, id: stored.id };
}

/** An entity as it will be once the change is made. */
export function itemOf(
  key: EntityKey,
  type: string,
  json: JsonObject | string,
  version: number,
  address: SetAddress,
  context: DomainContext,
): Item {
  return toItem(
    toFound(
      { set: key.set, parent: key.parent, id: key.id, type, version, json: typeof json === 'string' ? json : JSON.stringify(json) },
      address,
      context,
    ),
    context,
  );
}

/** What is written with an entity, and what must still hold then. */
export interface Beside {
  readonly expect?: readonly Expectation[];
  readonly operations?: readonly ChangeOperation[];
}

/**
 * The decision of a PATCH: 200 with the entity as it will be, and the change where there is one.
 * @param json what the entity says from now on; `found.json()` itself where nothing changes
 */
export function updated(found: Found, json: JsonObject, context: DomainContext, { expect = [], operations = [] }: Beside = {}): Decision {
  const { stored, address } = found;
  const same = json === found.json() && operations.length === 0;
  const key = keyOf(stored);
  const item = itemOf(key, stored.type, json, stored.version + (same ? 0 : 1), address, context);
  const put: ChangeOperation = { kind: 'put', key, type: stored.type, json: JSON.stringify(json) };
  return {
    outcome: { kind: 'entity', status: 200, address, item },
    changes: same ? undefined : changeSet(context, [unchanged(stored), ...expect], [put, ...operations]),
  };
}

/** `W/"7"`: the entity's version as an ETag; no client of Intune was seen to use one [M]. */
export function etagOf(version: number): string {
  return `W/"${version}"`;
}

/**
 * `If-Match` and `If-None-Match` against what was read: `*` or any of the listed tags, weak or strong.
 * @throws GraphError preconditionFailed, preconditionMatched (412)
 */
export function checkIfMatch({ ifMatch, ifNoneMatch }: Pick<Plan, 'ifMatch' | 'ifNoneMatch'>, stored: StoredEntity): void {
  if (ifMatch === undefined && ifNoneMatch === undefined) return;
  const actual = etagOf(stored.version);
  if (ifMatch !== undefined && !names(ifMatch, actual)) throw graphError('preconditionFailed', { expected: ifMatch, actual });
  if (ifNoneMatch !== undefined && names(ifNoneMatch, actual)) throw graphError('preconditionMatched', { listed: ifNoneMatch, actual });
}

function names(tags: string, actual: string): boolean {
  return tags.split(',').some((tag) => {
    const bare = tag.trim();
    return bare === '*' || bare === actual || bare === actual.slice(2);
  });
}
