/**
 * The storage port. Adapters (memory, SQLite, later PostgreSQL) implement it and nothing else; one contract suite runs against all.
 *
 * A tenant's data: entities in sets, links between entities, and an append-only log of changes. The same key in two tenants is
 * two different things.
 */
import type { FramedRows } from '../kernel/framed-rows.js';
import type { FramedText } from '../kernel/framed-text.js';
import type { JsonObject } from '../kernel/json.js';
import type { Expression, OrderBy } from '../query/expression.js';
import type { KeptPlace } from '../query/kept-place.js';
import type { ChangeSet } from './change-set.js';

/**
 * Where an entity lives. `set` is its containment path without keys (`deviceManagement/deviceConfigurations/assignments`), `parent` the
 * ids on the way joined by `/` ('' at the top), `id` its key: any string, compared exactly.
 */
export interface EntityKey {
  readonly set: string;
  readonly parent: string;
  readonly id: string;
}

export interface StoredEntity extends EntityKey {
  /** Unqualified runtime type. */
  readonly type: string;
  /** Starts at 1, plus one at each commit that puts the entity. */
  readonly version: number;
  /** The whole beta entity as wire JSON, keys in wire order, without `@odata.*` at its top; nested objects keep their `@odata.type`. */
  readonly json: string;
  /** Of one that the store holds in memory, as long as it does; not enumerable. */
  readonly place?: KeptPlace;
}

export type ScannedEntity = Omit<StoredEntity, 'version'>;

/** Some of one set whose texts come as frames and fillings. */
export interface FramedEntities {
  readonly set: string;
  /** By row, as the types. */
  readonly parents: readonly string[];
  readonly types: readonly string[];
  readonly rows: FramedRows;
}

/** A directed reference: membership, certificate reference, role. Unique per (kind, from, to). */
export interface Link {
  /** E.g. `members`, or the navigation property `rootCertificate`. */
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  /** The set `to` is an entity of. */
  readonly toSet: string;
}

export interface ListQuery {
  readonly set: string;
  /** Children of one parent, or of any of these; undefined: of every parent. */
  readonly parent: string | readonly string[] | undefined;
  readonly filter: Expression | undefined;
  /** Ties are always broken by (parent, id). */
  readonly orderBy: readonly OrderBy[];
  readonly skip: number;
  /** At most this many; undefined: all. */
  readonly limit: number | undefined;
  /** Also count every match before skip and limit. */
  readonly count: boolean;
}

export interface ListResult {
  readonly entities: readonly StoredEntity[];
  /** Whether more match past the limit. */
  readonly more: boolean;
  /** When asked for. */
  readonly total: number | undefined;
}

export interface LinkQuery {
  readonly kind: string;
  readonly from?: string;
  readonly to?: string;
}

export interface Change {
  /** Per tenant, 1, 2, 3 … without holes; all changes of one commit share it. */
  readonly sequence: number;
  /** Position inside the commit, from 0. */
  readonly ordinal: number;
  /** ISO instant. */
  readonly at: string;
  readonly actor: JsonObject;
  readonly kind: 'put' | 'delete' | 'link' | 'unlink';
  readonly key: EntityKey | undefined;
  readonly link: Link | undefined;
  readonly type: string | undefined;
  /** Wire JSON before and after; undefined where there is none. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface TenantRecord {
  readonly id: string;
  readonly name: string;
  /** ISO instant. */
  readonly createdAt: string;
}

export interface Reader {
  /** One result per key, in order; undefined where there is none. */
  read(tenant: string, keys: readonly EntityKey[]): Promise<readonly (StoredEntity | undefined)[]>;
  list(tenant: string, query: ListQuery): Promise<ListResult>;
  /** Ordered by `to`, then `from`. At least one of `from` and `to` is given. */
  links(tenant: string, query: LinkQuery): Promise<readonly Link[]>;
}

/** An entity whose text stands as the store keeps it: whoever wants few of its members need not make it whole. */
export interface TextEntity extends Omit<StoredEntity, 'json'> {
  readonly text: FramedText | string;
}

/** A reader for deciding on many writes: it can tell whether entities are there, and as what, without their texts or with them unmade. */
export interface VersionReader extends Reader {
  /** As `read`, the texts as they are kept. */
  readTexts(tenant: string, keys: readonly EntityKey[]): Promise<readonly (TextEntity | undefined)[]>;
  /** The version of each key's entity, in order; 0 where there is none. */
  versions(tenant: string, keys: readonly EntityKey[]): Promise<readonly number[]>;
}

export interface Store extends Reader {
  /**
   * Reads that also see change sets accepted but not yet durable, for deciding on a write: what they show is committed together with,
   * or before, whatever is decided on it. Plain reads show durable state alone.
   */
  readonly pending: VersionReader;
  /**
   * Apply all of a change set or nothing. Resolves when durable, with the tenant's new sequence number (the current one for an empty set).
   * Change sets that arrive together may share one transaction and one fsync.
   * @throws VersionConflict when an expectation does not hold
   */
  commit(changes: ChangeSet): Promise<number>;
  /** Changes after `sequence`, oldest first, at most `limit` commits' worth of rows. */
  changesSince(tenant: string, sequence: number, limit: number): Promise<readonly Change[]>;
  /**
   * Call `visit` with every durable entity of a set, of all parents, in no order that matters; what is put or deleted meanwhile may be visited as it
   * was or as it is. For readers of everything: it costs less than lists, and lets other work in between.
   * @param visitFramed where given, called instead, with some at a time, for those that the store keeps as a frame and its fillings
   */
  scan(
    tenant: string,
    set: string,
    visit: (entity: ScannedEntity) => void,
    visitFramed?: (entities: FramedEntities) => void,
  ): Promise<void>;
  /** The same of all links of a kind. */
  scanLinks(tenant: string, kind: string, visit: (link: Link) => void): Promise<void>;
  tenants(): Promise<readonly TenantRecord[]>;
  /** Create an empty tenant; does nothing where the id exists already. */
  createTenant(tenant: TenantRecord): Promise<void>;
  /** Remove a tenant and all its data. */
  deleteTenant(id: string): Promise<void>;
  /** Fsync what is pending, then release every handle. */
  close(): Promise<void>;
}
