/**
 * Values that one object alone may hold: a user's name, a device's deviceId, a mail-enabled group's nickname. Each is claimed by an entity
 * of a set that no path reaches, keyed by the value, so that two writes at once cannot both take it and no list is searched to find the holder.
 */
import { graphError } from '../../kernel/errors.js';
import type { JsonObject } from '../../kernel/json.js';
import type { ChangeOperation, Expectation } from '../../storage/change-set.js';
import type { EntityKey } from '../../storage/store.js';
import type { DomainContext } from '../context.js';
import { DEVICES, GROUPS, USERS } from './objects.js';

interface ClaimKind {
  readonly set: string;
  readonly property: string;
  readonly applies: (object: JsonObject) => boolean;
}

const always = () => true;

const KINDS: Readonly<Record<string, readonly ClaimKind[]>> = {
  [USERS]: [{ set: 'muster/userPrincipalNames', property: 'userPrincipalName', applies: always }],
  [DEVICES]: [{ set: 'muster/deviceIds', property: 'deviceId', applies: always }],
  [GROUPS]: [
    { set: 'muster/mailNicknames', property: 'mailNickname', applies: (group) => group.mailEnabled === true },
    { set: 'muster/uniqueNames', property: 'uniqueName', applies: always },
  ],
};

export interface Claim {
  readonly key: EntityKey;
  readonly property: string;
}

/** The values that an object claims. */
export function claimsOf(set: string, object: JsonObject): readonly Claim[] {
  return (KINDS[set] ?? []).flatMap(({ set: claimSet, property, applies }) => {
    const value = object[property];
    if (typeof value !== 'string' || value === '' || !applies(object)) return [];
    return [{ key: { set: claimSet, parent: '', id: value.toLowerCase() }, property }];
  });
}

/** The operations that claim an object's values where nothing can stand against them (seeds, imports of whole tenants). */
export function claimOperations(set: string, id: string, object: JsonObject): readonly ChangeOperation[] {
  return claimsOf(set, object).map(({ key }) => putClaim(key, id));
}

/** The operation that gives a claim to an object. */
export function putClaim(key: EntityKey, holder: string): ChangeOperation {
  return { kind: 'put', key, type: 'claim', json: JSON.stringify({ holder }), recorded: false };
}

export interface ClaimChange {
  readonly expect: readonly Expectation[];
  readonly operations: readonly ChangeOperation[];
}

/**
 * What a change of an object means for its claims.
 * @param before undefined when it is created, `after` undefined when it is deleted
 * @throws GraphError directoryValueTaken (400)
 */
export async function changeClaims(
  set: string,
  id: string,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  context: DomainContext,
): Promise<ClaimChange> {
  const held = before === undefined ? [] : claimsOf(set, before);
  const wanted = after === undefined ? [] : claimsOf(set, after);
  const same = (a: Claim, b: Claim) => a.key.set === b.key.set && a.key.id === b.key.id;
  const taken = wanted.filter((claim) => !held.some((other) => same(claim, other)));
  const dropped = held.filter((claim) => !wanted.some((other) => same(claim, other)));
  const standing = await context.reader.read(
    context.tenant,
    taken.map(({ key }) => key),
  );
  for (const [at, claim] of taken.entries()) {
    if (standing[at] !== undefined) throw graphError('directoryValueTaken', { property: claim.property }, claim.property);
  }
  return {
    expect: taken.map(({ key }) => ({ kind: 'version', key, version: 0 })),
    operations: [
      ...dropped.map(({ key }): ChangeOperation => ({ kind: 'delete', key, recorded: false })),
      ...taken.map(({ key }) => putClaim(key, id)),
    ],
  };
}

/** The id of the object that holds a value, whatever its case; undefined where none does. */
export async function holderOf(
  set: string,
  property: string,
  value: string,
  context: Pick<DomainContext, 'reader' | 'tenant'>,
): Promise<string | undefined> {
  const kind = KINDS[set]?.find((one) => one.property === property);
  if (kind === undefined) return undefined;
  const [claim] = await context.reader.read(context.tenant, [{ set: kind.set, parent: '', id: value.toLowerCase() }]);
  return claim === undefined ? undefined : (JSON.parse(claim.json) as { holder: string }).holder;
}
