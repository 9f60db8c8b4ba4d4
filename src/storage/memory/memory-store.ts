/** The store that keeps everything in memory: for tests, `--memory` and as the plainest reading of the port. */
import { graphError } from '../../kernel/errors.js';
import type { ChangeSet } from '../change-set.js';
import { openSelection, type TypeContext } from '../selection.js';
import { inSlices } from '../slices.js';
import { assertStorable } from '../storable.js';
import type {
  Change,
  EntityKey,
  Link,
  LinkQuery,
  ListQuery,
  ListResult,
  Store,
  StoredEntity,
  TenantRecord,
  VersionReader,
} from '../store.js';
import type { EntitySet } from './entity-set.js';
import { applyOperations, checkExpectations, createTenantData, findEntity, type TenantData } from './tenant-data.js';

export interface MemoryStoreOptions {
  /** What filters and orders of lists mean. */
  readonly types: TypeContext;
}

/**
 * A commit is durable, as far as memory goes, at once: plain and pending reads show the same.
 * Every method rejects with GraphError unavailable after `close`.
 */
export function createMemoryStore(options: MemoryStoreOptions): Store {
  const tenants = new Map<string, TenantData>();
  let closed = false;

  function assertOpen(): void {
    if (closed) throw graphError('unavailable', { reason: 'The store is closed.' });
  }

  const reader: VersionReader = {
    async read(tenant: string, keys: readonly EntityKey[]): Promise<readonly (StoredEntity | undefined)[]> {
      assertOpen();
      const data = tenants.get(tenant);
      return keys.map((key) => (data === undefined ? undefined : findEntity(data, key)));
    },

    async readTexts(tenant, keys) {
      return (await reader.read(tenant, keys)).map((entity) => {
        if (entity === undefined) return undefined;
        const { json, ...rest } = entity;
        return { ...rest, text: json };
      });
    },
    async versions(tenant: string, keys: readonly EntityKey[]): Promise<readonly number[]> {
      assertOpen();
      const data = tenants.get(tenant);
      return keys.map((key) => (data === undefined ? 0 : (findEntity(data, key)?.version ?? 0)));
    },

    async list(tenant: string, query: ListQuery): Promise<ListResult> {
      assertOpen();
      const set = tenants.get(tenant)?.sets.get(query.set);
      if (set === undefined) return { entities: [], more: false, total: query.count ? 0 : undefined };
      if (query.filter === undefined && query.orderBy.length === 0) return listStretch(set, query);
      return inSlices(selectFrom([...set.walk(query.parent, 0)], query, options.types), assertOpen);
    },

    async links(tenant: string, query: LinkQuery): Promise<readonly Link[]> {
      assertOpen();
      return tenants.get(tenant)?.links.find(query) ?? [];
    },
  };

  return {
    ...reader,
    pending: reader,

    async commit(changes: ChangeSet): Promise<number> {
      assertOpen();
      const data = tenants.get(changes.tenant);
      if (data === undefined) throw graphError('tenantUnknown', { tenantId: changes.tenant });
      assertStorable(changes);
      checkExpectations(data, changes.expect);
      applyOperations(data, changes);
      return data.log.length;
    },

    async changesSince(tenant: string, sequence: number, limit: number): Promise<readonly Change[]> {
      assertOpen();
      return (
        tenants
          .get(tenant)
          ?.log.slice(sequence, sequence + limit)
          .flat() ?? []
      );
    },

    async scan(tenant, set, visit): Promise<void> {
      assertOpen();
      const entities = tenants.get(tenant)?.sets.get(set);
      if (entities !== undefined) await inSlices(visitAll([...entities.walk(undefined, 0)], visit), assertOpen);
    },

    async scanLinks(tenant, kind, visit): Promise<void> {
      assertOpen();
      await inSlices(visitAll(tenants.get(tenant)?.links.find({ kind }) ?? [], visit), assertOpen);
    },

    async tenants(): Promise<readonly TenantRecord[]> {
      assertOpen();
      return [...tenants.values()].map((data) => data.record);
    },

    async createTenant(tenant: TenantRecord): Promise<void> {
      assertOpen();
      if (!tenants.has(tenant.id)) tenants.set(tenant.id, createTenantData(tenant));
    },

    async deleteTenant(id: string): Promise<void> {
      assertOpen();
      tenants.delete(id);
    },

    async close(): Promise<void> {
      closed = true;
      tenants.clear();
    },
  };
}

function listStretch(set: EntitySet, query: ListQuery): ListResult {
  const total = set.count(query.parent);
  const limit = query.limit ?? total;
  const entities: StoredEntity[] = [];
  if (limit > 0) {
    for (const entity of set.walk(query.parent, query.skip)) {
      entities.push(entity);
      if (entities.length >= limit) break;
    }
  }
  return { entities, more: total > query.skip + limit, total: query.count ? total : undefined };
}

const ENTITIES_PER_STEP = 64;

/** `entities` is a copy that later writes do not change. */
function* selectFrom(entities: readonly StoredEntity[], query: ListQuery, types: TypeContext): Generator<void, ListResult, void> {
  const selection = openSelection(query, types);
  for (const [index, entity] of entities.entries()) {
    if (!selection.offer(entity)) break;
    if (index % ENTITIES_PER_STEP === 0) yield;
  }
  return selection.result();
}

/** `things` is a copy that later writes do not change. */
function* visitAll<T>(things: readonly T[], visit: (thing: T) => void): Generator<void, void, void> {
  for (const [index, thing] of things.entries()) {
    visit(thing);
    if (index % ENTITIES_PER_STEP === 0) yield;
  }
}
