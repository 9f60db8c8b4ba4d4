/** Collects what a built-in tenant holds, and cuts it into change sets that a store can take one after another. */
import { claimOperations } from '../../domain/directory/claims.js';
import { dateTimeOffset } from '../../kernel/clock.js';
import { graphError } from '../../kernel/errors.js';
import type { JsonObject } from '../../kernel/json.js';
import { completeComplex, completeEntity } from '../../model/defaults.js';
import type { Schema, StructuredType } from '../../model/schema.js';
import type { ChangeOperation, ChangeSet } from '../../storage/change-set.js';

const OPERATIONS_PER_CHANGE_SET = 2000;

/** Built-in data is written in the name of the device-management service itself: its application id in every tenant. */
const SERVICE_APP = '0000000a-0000-0000-c000-000000000000';

export interface SeedTenant {
  readonly id: string;
  readonly domain: string;
  readonly displayName: string;
  /** Milliseconds; every time in the data is counted back from here. */
  readonly now: number;
}

export interface SeedWriter {
  readonly tenant: SeedTenant;
  /** Put an entity; what `given` leaves out takes the model's default. `given.id` is its key, `parent` the ids above it. */
  put(set: string, type: string, given: JsonObject & { readonly id: string }, parent?: string): void;
  link(kind: string, from: string, to: string, toSet: string): void;
  add(operations: readonly ChangeOperation[]): void;
  /** An assignment target with every member, in the form it is kept in. `given` names its `@odata.type`. */
  target(given: JsonObject): JsonObject;
}

/** A time of wire form in whole seconds, `days` (fractions count) before now. */
export function daysAgo(now: number, days: number): string {
  return `${new Date(now - Math.round(days * 86_400) * 1000).toISOString().slice(0, 19)}Z`;
}

export function seedWriter(schema: Schema, tenant: SeedTenant): SeedWriter & { changeSets(): ChangeSet[] } {
  const operations: ChangeOperation[] = [];

  function named(type: string): StructuredType {
    const described = schema.types.get(type);
    if (described === undefined) throw graphError('internal', {}, type);
    return described;
  }

  return {
    tenant,
    put(set, type, given, parent = '') {
      const entity = completeEntity(named(type), given);
      operations.push(
        { kind: 'put', key: { set, parent, id: given.id }, type, json: JSON.stringify(entity) },
        ...claimOperations(set, given.id, entity),
      );
    },
    link(kind, from, to, toSet) {
      operations.push({ kind: 'link', link: { kind, from, to, toSet } });
    },
    add(more) {
      operations.push(...more);
    },
    target: (given) => completeComplex(named('deviceAndAppManagementAssignmentTarget'), given),
    changeSets() {
      const sets: ChangeSet[] = [];
      for (let at = 0; at < operations.length; at += OPERATIONS_PER_CHANGE_SET) {
        sets.push({
          tenant: tenant.id,
          actor: { appId: SERVICE_APP },
          at: dateTimeOffset(tenant.now),
          expect: [],
          operations: operations.slice(at, at + OPERATIONS_PER_CHANGE_SET),
        });
      }
      return sets;
    },
  };
}
