/** Three types for tests of stores: `group`, `dynamicGroup` derived from it, and `user`. */
import type { StructuredType } from '../../model/schema.js';
import type { TypeContext } from '../selection.js';

function entityType(name: string, base: StructuredType | undefined): StructuredType {
  return { kind: 'entity', name, base, abstract: false, open: false, properties: new Map(), navigation: new Map(), derived: [] };
}

export const GROUP = entityType('group', undefined);
export const DYNAMIC_GROUP = entityType('dynamicGroup', GROUP);
export const USER = entityType('user', undefined);

const BY_NAME = new Map([GROUP, DYNAMIC_GROUP, USER].map((type) => [type.name, type]));

export const testTypes: TypeContext = {
  isA(typeName, ancestor) {
    for (let at = BY_NAME.get(typeName); at !== undefined; at = at.base) if (at === ancestor) return true;
    return false;
  },
  now: () => Date.parse('2026-01-02T03:04:05Z'),
};
