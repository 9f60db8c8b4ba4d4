/** What a configuration refers to: bound by URL, or shown as an expanded reference is. */
import { graphError } from '../../kernel/errors.js';
import { isGuid } from '../../kernel/ids.js';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import { isA, type NavigationProperty, type StructuredType } from '../../model/schema.js';
import { homeSetOf } from '../../model/surface.js';
import { readEntityUrl } from '../../query/entity-url.js';
import type { EntityKey } from '../../storage/store.js';
import { CONFIGURATIONS } from '../configurations/device-configuration.js';
import type { Chunk } from './chunk.js';
import type { ImportContext } from './import-context.js';
import { type EntityRecord, refusal } from './record.js';

/** Takes the references that are shown out of a body; what it holds itself stays. */
export function readShownReferences(
  type: StructuredType,
  value: JsonObject,
): { readonly body: JsonObject; readonly shown: EntityRecord['shown'] } {
  const shown = new Map<string, readonly string[]>();
  const body: Record<string, JsonValue | undefined> = {};
  for (const [name, member] of Object.entries(value)) {
    const navigation = name.includes('@') ? undefined : type.navigation.get(name);
    if (navigation === undefined || navigation.contains || member === undefined) body[name] = member;
    else shown.set(name, idsOf(navigation, member));
  }
  return { body, shown };
}

function idsOf({ name, collection }: NavigationProperty, value: JsonValue): readonly string[] {
  if (value === null) return [];
  const items: readonly JsonValue[] = Array.isArray(value) ? value : [value];
  if (Array.isArray(value) !== collection)
    throw refusal(`'${name}' is ${collection ? 'an array of' : 'one'} {"id": ID}, or null for none.`, name);
  return items.map((item) => {
    if (isObject(item) && typeof item.id === 'string' && item.id !== '') return lower(item.id);
    throw refusal(`What '${name}' shows has no id.`, name);
  });
}

const lower = (id: string) => (isGuid(id) ? id.toLowerCase() : id);

const at = (id: string): EntityKey => ({ set: CONFIGURATIONS, parent: '', id });

/** The configurations that a line refers to. */
export function referredKeys({ payload, shown }: EntityRecord): readonly EntityKey[] {
  const bound = [...payload.binds.values()].flat().flatMap((url) => readEntityUrl(url)?.id ?? []);
  return [...bound.map(lower), ...[...shown.values()].flat()].map(at);
}

/** Ids that each property of the line refers to from now on. */
export type Wanted = ReadonlyMap<string, readonly string[]>;

/**
 * What a line refers to, checked.
 * @throws GraphError bindInvalid; requestInvalid for what is neither in the store nor on an earlier line
 */
export function checkReferences({ payload, shown }: EntityRecord, chunk: Chunk, context: ImportContext): Wanted {
  const wanted = new Map<string, readonly string[]>();
  for (const [name, urls] of payload.binds) {
    const ids = urls.map((url) => {
      const parsed = readEntityUrl(url);
      if (parsed?.set.toLowerCase() === CONFIGURATIONS.toLowerCase()) return lower(parsed.id);
      const reason = `it is no URL of a configuration such as https://HOST/beta/${CONFIGURATIONS}('ID').`;
      throw graphError('bindInvalid', { property: name, value: url.slice(0, 200), reason }, name);
    });
    wanted.set(name, ids);
  }
  for (const [name, ids] of shown) if (!wanted.has(name)) wanted.set(name, ids);
  for (const [name, ids] of wanted) for (const id of ids) checkReference(payload.type, name, id, chunk, context);
  return wanted;
}

function checkReference(type: StructuredType, name: string, id: string, chunk: Chunk, context: ImportContext): void {
  const property = type.navigation.get(name);
  const expected = property?.type;
  if (property === undefined || expected?.kind !== 'entity' || homeSetOf(context.surface, expected) !== CONFIGURATIONS) {
    throw refusal(`What '${name}' of ${type.name} refers to is not kept here.`, name);
  }
  const found = chunk.typeOf(at(id));
  if (found === undefined) {
    if (context.loose) return;
    throw refusal(`No ${expected.name} has the id '${id}' in the store or on an earlier line; put its line before this one.`, name);
  }
  const actual = context.beta.types.get(found);
  if (actual === undefined || !isA(actual, expected))
    throw refusal(`'${id}' is a ${found}, and '${name}' refers to a ${expected.name}.`, name);
  chunk.rely(at(id));
}

/** Lets the links of a configuration follow; a property that the line does not speak of keeps its own. */
export async function moveReferences(id: string, stored: boolean, wanted: Wanted, chunk: Chunk, context: ImportContext): Promise<void> {
  for (const [kind, ids] of wanted) {
    const held = stored ? await context.reader.links(context.tenant, { kind, from: id }) : [];
    const standing = chunk.linksOf(kind, id, held);
    for (const link of standing) if (!ids.includes(link.to)) chunk.unlink(link);
    for (const to of ids) {
      if (!standing.some((link) => link.to === to)) chunk.link({ kind, from: id, to, toSet: CONFIGURATIONS });
    }
  }
}
