/** An object of the directory by whatever a URL names it with: id, userPrincipalName, an alternate key. */
import { graphError } from '../../kernel/errors.js';
import { isGuid } from '../../kernel/ids.js';
import type { EntityKey, StoredEntity } from '../../storage/store.js';
import { AUDIT_EVENTS } from '../audit/areas.js';
import { findAuditEvent } from '../audit/audit-events.js';
import type { DomainContext } from '../context.js';
import { holderOf } from './claims.js';
import { DIRECTORY_OBJECTS, findObjects, USERS } from './objects.js';

/**
 * @param name property of an alternate key, undefined for the id
 * @returns the entity; undefined where there is none
 */
export async function findByKey(key: EntityKey, name: string | undefined, context: DomainContext): Promise<StoredEntity | undefined> {
  const { set, id } = key;
  if (name !== undefined) {
    const holder = await holderOf(set, name, id, context);
    return holder === undefined ? undefined : await readOne({ ...key, id: holder }, context);
  }
  if (set === AUDIT_EVENTS) return await findAuditEvent(id, context);
  if (set === DIRECTORY_OBJECTS) return (await findObjects([id], context))[0];
  const stored = await readOne(key, context);
  if (stored !== undefined || set !== USERS || !id.includes('@')) return stored;
  const holder = await holderOf(USERS, 'userPrincipalName', id, context);
  return holder === undefined ? undefined : await readOne({ ...key, id: holder }, context);
}

/** A GUID means the same in capitals; any other key is what it is. */
async function readOne(key: EntityKey, context: DomainContext): Promise<StoredEntity | undefined> {
  const [exact] = await context.reader.read(context.tenant, [key]);
  const lower = key.id.toLowerCase();
  if (exact !== undefined || lower === key.id || !isGuid(key.id)) return exact;
  return (await context.reader.read(context.tenant, [{ ...key, id: lower }]))[0];
}

/**
 * The user whose token this is.
 * @throws GraphError delegatedOnly (400), directoryNotFound (404)
 */
export async function signedInUser(context: DomainContext): Promise<StoredEntity> {
  const { userId } = context.caller;
  if (context.caller.kind !== 'delegated' || userId === undefined) throw graphError('delegatedOnly');
  const user = await readOne({ set: USERS, parent: '', id: userId }, context);
  if (user === undefined) throw graphError('directoryNotFound', { id: userId });
  return user;
}
