/** A built-in tenant laid out for tests: entities by set, links by kind. */
import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../../kernel/json.js';
import { loadSchema } from '../../../model/load-schema.js';
import type { Schema } from '../../../model/schema.js';
import type { EntityKey, Link } from '../../../storage/store.js';
import type { Seed } from '../index.js';

export interface SeedEntity {
  readonly key: EntityKey;
  readonly type: string;
  readonly json: JsonObject;
  readonly recorded: boolean;
}

export interface SeedContent {
  readonly entities: readonly SeedEntity[];
  readonly links: readonly Link[];
  /** Of one set, by id. */
  of(set: string): ReadonlyMap<string, SeedEntity>;
  from(kind: string, from: string): readonly Link[];
}

const csdl = readFileSync(new URL('../../../../api/model/beta/schema.json', import.meta.url), 'utf8');

export const beta: Schema = loadSchema('beta', JSON.parse(csdl));

/** The model with every property open to writing, so that validation looks at those too that the service sets. */
export const writableBeta: Schema = loadSchema(
  'beta',
  JSON.parse(csdl, (name, value) => (name === '@Org.OData.Core.V1.Computed' ? undefined : value)),
);

export function readSeed({ changeSets }: Seed): SeedContent {
  const entities: SeedEntity[] = [];
  const links: Link[] = [];
  for (const { operations } of changeSets) {
    for (const operation of operations) {
      if (operation.kind === 'put') {
        const { key, type, json, recorded } = operation;
        entities.push({ key, type, json: JSON.parse(json) as JsonObject, recorded: recorded ?? true });
      } else if (operation.kind === 'link') links.push(operation.link);
    }
  }
  const sets = new Map<string, Map<string, SeedEntity>>();
  for (const entity of entities) {
    const { set, id } = entity.key;
    sets.set(set, (sets.get(set) ?? new Map<string, SeedEntity>()).set(id, entity));
  }
  const byFrom = new Map<string, Link[]>();
  for (const link of links) {
    const at = `${link.kind} ${link.from}`;
    const known = byFrom.get(at);
    if (known === undefined) byFrom.set(at, [link]);
    else known.push(link);
  }
  return {
    entities,
    links,
    of: (set) => sets.get(set) ?? new Map(),
    from: (kind, from) => byFrom.get(`${kind} ${from}`) ?? [],
  };
}
