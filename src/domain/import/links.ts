/** Memberships, owners and managers on lines of their own. */
import { graphError } from '../../kernel/errors.js';
import type { EntityKey, Link } from '../../storage/store.js';
import { DEVICES, GROUPS, isFilledByRule, objectKey, USERS } from '../directory/objects.js';
import { checkTarget } from '../directory/references.js';
import type { ObjectRef } from '../resident.js';
import type { Chunk } from './chunk.js';
import type { ImportContext, MayWait } from './import-context.js';
import { type LinkRecord, refusal } from './record.js';

/** A link that exists already stays as it is. */
export function writeLink(record: LinkRecord, chunk: Chunk, context: ImportContext): MayWait {
  const { ownerSet, owner, property, target } = record;
  const json = chunk.json(objectKey({ set: ownerSet, id: owner }));
  if (json === undefined) {
    throw missing(ownerSet === GROUPS ? 'group' : 'user', owner);
  }
  // A group whose rule is paused keeps whom it had: an export shows them, and they are its links.
  if (property === 'members' && isFilledByRule(json)) throw graphError('dynamicMembersFixed');
  const found = findTarget(record, chunk);
  if (found === undefined && !context.loose) throw missing(record.targetSet?.slice(0, -1) ?? 'user, device or group', target);
  if (found !== undefined && !context.lenient)
    checkTarget({ set: ownerSet, id: owner, json }, property, found, (group) => chunk.json(group) ?? {}, context.surface);
  const link = { kind: property, from: owner, to: target, toSet: found?.set ?? record.targetSet ?? USERS };
  if (property === 'manager') return setManager(owner, target, link, chunk, context);
  chunk.link(link);
}

/** Whether either end is neither in the store nor on an earlier line: a tenant goes on living while it is read. */
export function isLost(record: LinkRecord, chunk: Chunk): boolean {
  return !chunk.has(objectKey({ set: record.ownerSet, id: record.owner })) || findTarget(record, chunk) === undefined;
}

function missing(kind: string, id: string): Error {
  return refusal(`No ${kind} has the id '${id}' in the store or on an earlier line; put its line before this one.`);
}

function findTarget({ target, targetSet }: LinkRecord, chunk: Chunk): EntityKey | undefined {
  for (const set of targetSet === undefined ? TARGETS : [targetSet]) {
    const key = objectKey({ set, id: target });
    if (!chunk.has(key)) continue;
    chunk.rely(key);
    return key;
  }
  return undefined;
}

const TARGETS: readonly ObjectRef['set'][] = [GROUPS, USERS, DEVICES];

/** A user has one manager: another one goes. */
async function setManager(user: string, manager: string, link: Link, chunk: Chunk, context: ImportContext): Promise<void> {
  if (user === manager) throw refusal('A user cannot be the manager of himself.', 'manager');
  const isOld = chunk.wasStored(objectKey({ set: USERS, id: user }));
  const stored = isOld ? await context.reader.links(context.tenant, { kind: 'manager', from: user }) : [];
  for (const old of chunk.linksOf('manager', user, stored)) if (old.to !== manager) chunk.unlink(old);
  chunk.link(link);
}
