/**
 * The ids that the objects of an export get. One that says its id keeps it. One that has a name alone is the one of the tenant that has it;
 * where there is none, its id is made of its name, so that importing the same again finds it. Scope tags are numbered by each tenant for
 * itself: there the name comes first.
 */
import { createHash } from 'node:crypto';
import type { Fault } from '../files/fault.js';
import { type Identity, nameKey } from '../lines.js';
import type { Home } from '../record.js';
import type { NamedObject, Scan } from '../scan.js';
import { kindOfHome, type MappingOptions, type MappingRow, wordOf } from './mapping.js';
import type { TenantNames, TenantObject } from './tenant-names.js';

export interface ObjectIds {
  idOf(record: Identity): string | undefined;
  readonly rows: readonly MappingRow[];
  readonly faults: readonly Fault[];
}

/** A GUID that the same type and name always have (RFC 9562, version 8). */
export function guidOfName(type: string, name: string): string {
  const hex = createHash('sha256').update(`muster\0${type}\0${name.toLowerCase()}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `9${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

export function objectIds(scan: Scan, tenant: TenantNames, { map }: Pick<MappingOptions, 'map'>): ObjectIds {
  const decided = new Map<string, string | undefined>();
  const rows: MappingRow[] = [];
  const faults: Fault[] = [];

  function decide(object: NamedObject, how: MappingRow['how'], to: string | undefined, candidates: readonly TenantObject[] = []): void {
    const { home, id, name } = object;
    decided.set(keyOf(object), to);
    const kind = kindOfHome[home];
    if (kind !== undefined) rows.push({ kind, id, name, how, to, uses: 0, candidates: candidates.map((each) => each.id) });
  }

  for (const object of scan.objects) {
    if (object.home === 'roleScopeTag' || object.id !== undefined) continue;
    const { home, type, name, place } = object;
    const mapped = map.get(name.toLowerCase());
    const found = tenant.byName(home, name).filter((each) => each.type === undefined || each.type === type);
    const [only] = found;
    if (mapped !== undefined) decide(object, 'map', mapped);
    else if (found.length > 1) {
      decide(object, 'ambiguous', undefined, found);
      faults.push({ ...place, reason: ambiguous(wordOf[kindOfHome[home] ?? 'configuration'], name, found) });
    } else if (only !== undefined) decide(object, 'nameInTenant', only.id);
    else decided.set(keyOf(object), guidOfName(type, name));
  }
  numberTags(scan, tenant, map, decide);
  return {
    idOf: (record) => (record.id === undefined || record.home === 'roleScopeTag' ? decided.get(keyOf(record)) : record.id),
    rows,
    faults,
  };
}

const keyOf = (object: Identity): string => `${object.home}\0${object.id ?? nameKey(object)}`;

function numberTags(
  scan: Scan,
  tenant: TenantNames,
  map: ReadonlyMap<string, string>,
  decide: (object: NamedObject, how: MappingRow['how'], to: string) => void,
): void {
  const tags = scan.objects.filter(({ home }) => home === 'roleScopeTag');
  const taken = new Set<string>();
  const rest: NamedObject[] = [];
  const take = (object: NamedObject, how: MappingRow['how'], to: string) => {
    taken.add(to);
    decide(object, how, to);
  };
  for (const tag of tags) {
    const mapped = map.get(tag.name.toLowerCase());
    const [known] = tenant.byName('roleScopeTag', tag.name);
    // The built-in one may be called otherwise in another language.
    if (tag.id === '0' || (tag.id === undefined && tag.name.toLowerCase() === 'default')) take(tag, 'idInTenant', '0');
    else if (mapped !== undefined) take(tag, 'map', mapped);
    else if (known !== undefined) take(tag, known.id === tag.id ? 'idInTenant' : 'nameInTenant', known.id);
    else rest.push(tag);
  }
  let next = 1;
  for (const tag of rest) {
    const free = (id: string) => !taken.has(id) && tenant.byId('roleScopeTag', id) === undefined;
    if (tag.id !== undefined && free(tag.id)) take(tag, 'idInExport', tag.id);
    else {
      while (!free(String(next)) || rest.some(({ id }) => id === String(next))) next += 1;
      take(tag, tag.id === undefined ? 'nameInExport' : 'newId', String(next));
    }
  }
}

const MOST_LISTED = 10;

export function ambiguous(word: string, name: string, found: readonly { readonly id: string }[]): string {
  const listed = found.slice(0, MOST_LISTED).map(({ id }) => id);
  const more = found.length > listed.length ? ` and ${found.length - listed.length} more` : '';
  return `The ${word} '${name}' is named, and ${found.length} have this name: ${listed.join(', ')}${more}. Say which one is meant: --map '${name}=${found[0]?.id}'.`;
}

/** Objects of an export that others may mean, by id and by name. */
export function indexObjects(objects: readonly NamedObject[], home: Home) {
  const byId = new Map<string, NamedObject>();
  const byName = new Map<string, NamedObject[]>();
  for (const object of objects) {
    if (object.home !== home) continue;
    if (object.id !== undefined) byId.set(object.id, object);
    const key = object.name.toLowerCase();
    byName.set(key, [...(byName.get(key) ?? []), object]);
  }
  return {
    byId: (id: string) => byId.get(id.toLowerCase()),
    byName: (name: string): readonly NamedObject[] => byName.get(name.toLowerCase()) ?? [],
  };
}
