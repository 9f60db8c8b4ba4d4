import type { Caller } from '../kernel/caller.js';
import { graphError } from '../kernel/errors.js';
import type { JsonObject } from '../kernel/json.js';
import type { WireProfile } from '../kernel/wire.js';
import type { ApiVersion, Schema, StructuredType } from '../model/schema.js';
import type { SetSurface, Surface } from '../model/surface.js';
import type { Change, Reader } from '../storage/store.js';
import type { Resident } from './resident.js';
import type { IntuneRights } from './roles/rights.js';

/** What was changed, and by whom. */
export interface ChangeLog {
  /** Sequence number of the newest commit; 0 where there is none. */
  latest(): Promise<number>;
  /** Changes of the commits after `sequence`, oldest first, of at most `limit` commits. */
  since(sequence: number, limit: number): Promise<readonly Change[]>;
}

/** What a use case may know: the model, what is served, who asks, when, and the tenant's data. */
export interface DomainContext {
  /** The schema of the request's API version. */
  readonly schema: Schema;
  /** The schema of what is stored. */
  readonly beta: Schema;
  readonly surface: Surface;
  readonly reader: Reader;
  /** Memberships and rules of the tenant. */
  readonly resident: Resident;
  /** The tenant's change records. */
  readonly changes: ChangeLog;
  readonly tenant: string;
  readonly caller: Caller;
  /** What the caller's Intune roles allow; undefined where they do not bind him. */
  readonly rights: IntuneRights | undefined;
  /** Milliseconds since the epoch; one instant for the whole request. */
  readonly now: number;
  /** Accept references to things that do not exist. */
  readonly loose: boolean;
  /** What is answered where documentation and service differ. */
  readonly wire: WireProfile;
  /** How many items of a collection come before the asked page: `$skip`, or what a next link's token says. */
  readonly skip: number;
}

/** Who made a change, for the change records. */
export function actorOf(caller: Caller): JsonObject {
  return { appId: caller.appId, userId: caller.userId, userPrincipalName: caller.userPrincipalName };
}

/** The surface of a set in an API version; undefined where it is not served. */
export function servedSet(surface: Surface, set: string, version: ApiVersion): SetSurface | undefined {
  const served = surface.sets.get(set);
  return served?.versions.includes(version) ? served : undefined;
}

const shownTypes = new WeakMap<Schema, Map<string, StructuredType | undefined>>();

/**
 * The type as which the asked API version shows an entity of a stored type: itself, or the nearest ancestor that version knows [M].
 * @returns undefined when nothing of it but `entity` is known there
 */
export function shownType(typeName: string, beta: Schema, schema: Schema): StructuredType | undefined {
  if (schema === beta) return beta.types.get(typeName);
  const cache = shownTypes.get(schema) ?? new Map<string, StructuredType | undefined>();
  shownTypes.set(schema, cache);
  if (cache.has(typeName)) return cache.get(typeName);
  let at = beta.types.get(typeName);
  while (at !== undefined && !schema.types.has(at.name)) at = at.base;
  const shown = at === undefined || at.name === 'entity' ? undefined : schema.types.get(at.name);
  cache.set(typeName, shown);
  return shown;
}

/** The 404 of a set's own conventions. */
export function notFound(surface: Surface, set: string, id: string): Error {
  const served = surface.sets.get(set);
  if (served?.layer === 'directory') return graphError('directoryNotFound', { id });
  return graphError('resourceNotFound', { resource: served?.type ?? set, id });
}
