import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { wholeText } from '../kernel/framed-text.js';
import type { JsonObject, JsonValue } from '../kernel/json.js';
import { completeEntity, entityText } from './defaults.js';
import { loadSchema } from './load-schema.js';
import { mergeUpdate } from './merge.js';
import { parseSurface } from './parse-surface.js';
import { projectEntity } from './project.js';
import { type ApiVersion, odataTypeName, type Property, type Schema, type StructuredType } from './schema.js';
import { validatePayload } from './validate.js';

const load = (version: ApiVersion) =>
  loadSchema(version, JSON.parse(readFileSync(new URL(`../../api/model/${version}/schema.json`, import.meta.url), 'utf8')));
const beta = load('beta');
const v1 = load('v1.0');

const SAMPLES: Readonly<Record<string, JsonValue>> = {
  'Edm.String': 'text',
  'Edm.Boolean': true,
  'Edm.Single': 1.5,
  'Edm.Double': 1.5,
  'Edm.Decimal': 1.5,
  'Edm.Guid': 'd59b6342-6342-d59b-4263-9bd542639bd5',
  'Edm.Date': '2024-02-29',
  'Edm.DateTimeOffset': '2024-02-29T12:00:00.5Z',
  'Edm.TimeOfDay': '12:00:00.0000000',
  'Edm.Duration': 'PT1H',
  'Edm.Binary': 'aGk=',
  'Edm.Untyped': { a: 1 },
};

/** A value that uses every property of a type and, in collections, every concrete type that derives from the declared one. */
function sampleOf(type: StructuredType, depth: number, pick: number): JsonObject {
  const out: Record<string, JsonValue> = {};
  for (const property of type.properties.values()) {
    if (property.readOnly || (type.kind === 'entity' && property.name === 'id')) continue;
    const items = itemsOf(property, depth, pick);
    if (property.collection) out[property.name] = items;
    else if (items.length > 0) out[property.name] = items[pick % items.length]!;
  }
  return out;
}

function itemsOf(property: Property, depth: number, pick: number): JsonValue[] {
  const { type } = property;
  if (type.kind === 'unknown' || (type.kind === 'primitive' && type.name === 'Edm.Stream')) return [];
  if (type.kind === 'primitive') return [SAMPLES[type.name] ?? 7];
  if (type.kind === 'enum') return [...type.members.keys()];
  if (depth === 0) return [];
  const polymorphic = type.abstract || type.derived.length > 0;
  return [type, ...type.derived]
    .filter((candidate) => !candidate.abstract)
    .map((candidate) => ({ ...(polymorphic ? { '@odata.type': odataTypeName(candidate) } : {}), ...sampleOf(candidate, depth - 1, pick) }));
}

const concrete = (schema: Schema) => [...schema.types.values()].filter((type) => type.kind === 'entity' && !type.abstract);
const cases = [beta, v1].flatMap((schema) => concrete(schema).map((type) => [schema.version, type.name, schema, type] as const));

describe('every concrete entity type', () => {
  it('is there', () => {
    expect(concrete(beta).length).toBeGreaterThan(150);
  });

  it.each(cases)('%s %s: what is complete is accepted and stays', (_, __, schema, type) => {
    let root = type;
    while (root.base !== undefined) root = root.base;
    for (const pick of [0, 1, 2]) {
      const body = sampleOf(type, 3, pick);
      const read = validatePayload(schema, root, { '@odata.type': odataTypeName(type), ...body }, 'create');
      expect(read.type).toBe(type);
      expect(read.given).toEqual(body);

      const whole = completeEntity(type, read.given, { id: '1' });
      const names = [...type.properties.values()]
        .filter((property) => property.type.name !== 'Edm.Stream')
        .map((property) => property.name);
      expect(Object.keys(whole)).toEqual(names);
      const text = JSON.stringify(whole);
      expect(JSON.stringify(completeEntity(type, whole))).toBe(text);
      expect(mergeUpdate(type, whole, {})).toBe(whole);
      expect(mergeUpdate(type, whole, validatePayload(schema, type, whole, 'update').given)).toBe(whole);
      expect(mergeUpdate(type, completeEntity(type, {}, { id: '1' }), read.given)).toEqual(whole);
    }
    const unset = completeEntity(type, {});
    expect(mergeUpdate(type, unset, validatePayload(schema, type, unset, 'update').given)).toBe(unset);
  });

  it.each(concrete(beta).map((type) => [type.name, type] as const))('beta %s: v1.0 shows what it knows, and no more', (name, type) => {
    for (const pick of [0, 1]) {
      const projected = projectEntity(completeEntity(type, sampleOf(type, 3, pick), { id: '1' }), name, beta, v1);
      if (projected === undefined) continue;
      const again = projectEntity(projected.json, name, beta, v1);
      expect(JSON.stringify(again?.json)).toBe(JSON.stringify(projected.json));
      for (const key of Object.keys(projected.json)) expect(projected.type.properties.has(key)).toBe(true);
      expect(v1.types.get(projected.type.name)).toBe(projected.type);
    }
  });

  it('survives any JSON: a refusal is a GraphError of status 400, never another', () => {
    const names = concrete(beta).flatMap((type) => [...type.properties.keys(), ...type.navigation.keys()]);
    const keys = fc.oneof(
      fc.constantFrom(...names),
      fc.string(),
      fc.constantFrom('@odata.type', 'target', '__proto__', 'target@odata.bind'),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.dictionary(keys, tie('value')),
        fc.array(tie('value'), { maxLength: 3 }),
      ),
    }));
    fc.assert(
      fc.property(fc.constantFrom(...concrete(beta)), value, fc.constantFrom('create' as const, 'update' as const), (type, body, mode) => {
        try {
          const read = validatePayload(beta, type, body as JsonValue, mode);
          completeEntity(type, read.given);
        } catch (error) {
          expect(error).toMatchObject({ name: 'GraphError' });
        }
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('api/surface.yaml', () => {
  const surface = parseSurface(parse(readFileSync(new URL('../../api/surface.yaml', import.meta.url), 'utf8')));

  it.each([...surface.sets.values()].map((set) => [set.name, set] as const))('%s holds a type of the model', (_, set) => {
    for (const version of set.versions) {
      const type = (version === 'beta' ? beta : v1).types.get(set.type);
      expect(type?.kind, `${set.type} in ${version}`).toBe('entity');
      for (const name of set.required) expect(type?.properties.has(name), `${set.type}.${name} in ${version}`).toBe(true);
    }
  });

  it.each([...surface.operations.values()].map((operation) => [operation.name, operation] as const))(
    '%s is an operation of the model',
    (name, operation) => {
      for (const version of operation.versions) {
        const names = (version === 'beta' ? beta : v1).operations.map((known) =>
          known.bound === undefined ? known.name : `${known.bound.type.name}.${known.name}`,
        );
        expect(names, version).toContain(name);
      }
    },
  );
});

describe('the text of an entity', () => {
  const textOf = (text: ReturnType<typeof entityText>) => (typeof text === 'string' ? text : wholeText(text));

  it.each(cases)('%s %s is that of the complete object, whatever is given', (_version, _name, _schema, type) => {
    const sample = sampleOf(type, 2, 1);
    const stray: JsonObject = { id: 'x', '@odata.type': 'dropped', nonsense_1: { a: [1] }, 7: 'open types put it first' };
    for (const given of [{}, sample, { ...sample, ...stray }, JSON.parse('{"__proto__":1,"id":null}') as JsonObject]) {
      expect(textOf(entityText(type, [given, { id: 'i' }]))).toBe(JSON.stringify(completeEntity(type, given, { id: 'i' })));
    }
  });

  it('is that of the complete object with any values in any layers', () => {
    const anyType = fc.constantFrom(...concrete(beta));
    const value = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<JsonValue>;
    const layered = anyType.chain((type) => {
      const name = fc.constantFrom(...type.properties.keys(), 'other_name');
      return fc.tuple(fc.constant(type), fc.array(fc.dictionary(name, value, { maxKeys: 8 }), { maxLength: 4 }));
    });
    fc.assert(
      fc.property(layered, ([type, layers]) => {
        const flat = Object.assign({}, ...layers) as JsonObject;
        expect(textOf(entityText(type, layers))).toBe(JSON.stringify(completeEntity(type, flat)));
      }),
      { numRuns: 500 },
    );
  });
});
