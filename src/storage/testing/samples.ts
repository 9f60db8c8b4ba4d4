/** Short ways to say change sets, queries and filters, for tests of stores. */
import type { JsonObject } from '../../kernel/json.js';
import type { StructuredType } from '../../model/schema.js';
import type { Expression, OrderBy } from '../../query/expression.js';
import type { ChangeOperation, ChangeSet, Expectation } from '../change-set.js';
import type { EntityKey, Link, ListQuery, Reader, Store, TenantRecord } from '../store.js';

export const TENANT = 'aaaaaaaa-0000-4000-8000-000000000001';
export const OTHER_TENANT = 'bbbbbbbb-0000-4000-8000-000000000002';
export const AT = '2026-01-02T03:04:05Z';
export const ACTOR: JsonObject = { appId: 'app', userPrincipalName: 'zoë@example.com' };

export const tenantRecord = (id: string): TenantRecord => ({ id, name: `tenant ${id.slice(0, 2)}`, createdAt: AT });

export const key = (id: string, parent = '', set = 'groups'): EntityKey => ({ set, parent, id });
export const membership = (from: string, to: string): Link => ({ kind: 'members', from, to, toSet: 'users' });

export function put(at: EntityKey, body: JsonObject = {}, options: { type?: string; recorded?: boolean } = {}): ChangeOperation {
  const { type = 'group', ...recorded } = options;
  return { kind: 'put', key: at, type, json: JSON.stringify({ id: at.id, ...body }), ...recorded };
}

export function remove(at: EntityKey, options: { recorded?: boolean } = {}): ChangeOperation {
  return { kind: 'delete', key: at, ...options };
}

export const link = (of: Link): ChangeOperation => ({ kind: 'link', link: of });
export const unlink = (of: Link): ChangeOperation => ({ kind: 'unlink', link: of });
export const atVersion = (at: EntityKey, version: number): Expectation => ({ kind: 'version', key: at, version });
export const linked = (of: Link, exists: boolean): Expectation => ({ kind: 'link', link: of, exists });

export function changeSet(operations: readonly ChangeOperation[], expect: readonly Expectation[] = [], tenant = TENANT): ChangeSet {
  return { tenant, actor: ACTOR, at: AT, expect, operations };
}

export const commit = (store: Store, ...operations: readonly ChangeOperation[]) => store.commit(changeSet(operations));

export const listQuery = (query: Partial<ListQuery> = {}): ListQuery => ({
  set: 'groups',
  parent: undefined,
  filter: undefined,
  orderBy: [],
  skip: 0,
  limit: undefined,
  count: false,
  ...query,
});

export async function listIds(reader: Reader, query: Partial<ListQuery> = {}, tenant = TENANT): Promise<string[]> {
  const { entities } = await reader.list(tenant, listQuery(query));
  return entities.map((entity) => (entity.parent === '' ? entity.id : `${entity.parent}/${entity.id}`));
}

const IT: Expression = { kind: 'variable', name: '$it' };

export function property(name: string, primitive: 'Edm.String' | 'Edm.Int32' = 'Edm.String', cast?: StructuredType): Expression {
  const type = { kind: 'primitive', name: primitive } as const;
  return { kind: 'member', source: IT, name, cast, type, collection: false, navigation: false };
}

export const text = (value: string): Expression => ({ kind: 'literal', type: 'string', value });
export const number = (value: number): Expression => ({ kind: 'literal', type: 'number', value });

export function binary(operator: (Expression & { kind: 'binary' })['operator'], left: Expression, right: Expression): Expression {
  return { kind: 'binary', operator, left, right };
}

export const ofType = (type: StructuredType): Expression => ({ kind: 'isof', operand: IT, type, typeName: type.name });
export const ascending = (expression: Expression): OrderBy => ({ expression, descending: false });
export const descending = (expression: Expression): OrderBy => ({ expression, descending: true });
