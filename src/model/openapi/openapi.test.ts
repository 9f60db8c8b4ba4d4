import { describe, expect, it } from 'vitest';
import { bind } from '../../odata/bind.js';
import { servedBy } from '../served.js';
import { shippedSchemas, shippedSurface } from '../testing/shipped-model.js';
import { openApiDocument } from './document.js';
import type { OpenApiObject, OpenApiValue } from './schemas.js';

const versions = ['v1.0', 'beta'] as const;
const document = openApiDocument(versions.map((version) => servedBy(shippedSchemas[version], shippedSurface)));
const isObject = (value: OpenApiValue | undefined): value is OpenApiObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

interface Described {
  readonly template: string;
  readonly method: string;
  readonly item: OpenApiObject;
  readonly operation: OpenApiObject;
}

const operations: readonly Described[] = Object.entries(document.paths as OpenApiObject).flatMap(([template, item]) =>
  METHODS.flatMap((method) => {
    const operation = isObject(item) ? item[method] : undefined;
    return isObject(operation) && isObject(item) ? [{ template, method, item, operation }] : [];
  }),
);

/** Every object in the document, with the JSON pointer that leads to it. */
function* objects(value: OpenApiValue, at = '#'): Generator<{ readonly at: string; readonly object: OpenApiObject }> {
  if (Array.isArray(value)) for (const [index, one] of value.entries()) yield* objects(one, `${at}/${index}`);
  else if (isObject(value)) {
    yield { at, object: value };
    for (const [key, inner] of Object.entries(value)) yield* objects(inner, `${at}/${key}`);
  }
}

function resolve(pointer: string): OpenApiValue | undefined {
  let at: OpenApiValue | undefined = document;
  for (const segment of pointer.slice(2).split('/'))
    at = isObject(at) ? at[segment.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  return at;
}

describe('the structure of OpenAPI 3.1', () => {
  it('has what a document must have', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    expect(document.info).toMatchObject({ title: 'Muster', version: expect.any(String) });
  });

  it('resolves every reference', () => {
    const references = [...objects(document)].flatMap(({ object }) => (typeof object.$ref === 'string' ? [object.$ref] : []));
    expect(references.length).toBeGreaterThan(1000);
    expect([...new Set(references)].filter((reference) => resolve(reference) === undefined)).toEqual([]);
  });

  it('maps every discriminator to a schema', () => {
    const mapped = [...objects(document)].flatMap(({ object }) =>
      isObject(object.discriminator) ? Object.values(object.discriminator.mapping as OpenApiObject) : [],
    );
    expect(mapped.length).toBeGreaterThan(100);
    expect(mapped.filter((reference) => resolve(String(reference)) === undefined)).toEqual([]);
  });

  it('names components with the characters that names may have', () => {
    for (const group of Object.values(document.components as OpenApiObject)) {
      for (const name of Object.keys(group as OpenApiObject)) expect(name).toMatch(/^[\w.-]+$/);
    }
  });

  it('gives each operation an id of its own', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z][\w.]*$/);
  });

  it('declares the parameters of each template, and no others', () => {
    for (const { template, item } of operations) {
      const named = [...template.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]);
      const declared = ((item.parameters ?? []) as readonly OpenApiObject[]).map((one) => {
        expect(one).toMatchObject({ in: 'path', required: true, schema: expect.any(Object) });
        return one.name;
      });
      expect(declared, template).toEqual(named);
      expect(new Set(named).size, template).toBe(named.length);
    }
  });

  it('has no two templates that differ in the names of their parameters alone', () => {
    const templates = Object.keys(document.paths as OpenApiObject);
    const shapes = templates.map((template) => template.replace(/\{[^}]+\}/g, '{}'));
    expect(shapes.filter((shape, at) => shapes.indexOf(shape) !== at)).toEqual([]);
  });

  it('describes a success and the error of each operation', () => {
    for (const { operation, template, method } of operations) {
      const statuses = Object.keys(operation.responses as OpenApiObject);
      expect(
        statuses.some((status) => /^2\d\d$/.test(status)),
        `${method} ${template}`,
      ).toBe(true);
      expect(statuses).toContain('4XX');
      for (const one of Object.values(operation.responses as OpenApiObject)) {
        expect(isObject(one) && ('$ref' in one || typeof one.description === 'string')).toBe(true);
      }
    }
  });

  it('asks for a token wherever a tenant shows', () => {
    const open = operations
      .filter(({ operation }) => (operation.security as readonly OpenApiObject[]).length === 0)
      .map(({ template }) => template);
    expect(open.sort()).toEqual(['/beta', '/beta/$metadata', '/healthz', '/muster/openapi.json', '/readyz', '/v1.0', '/v1.0/$metadata']);
  });
});

/** Something that a path parameter may be. */
function valueFor(name: string, item: OpenApiObject): string {
  const declared = (item.parameters as readonly OpenApiObject[]).find((one) => one.name === name)?.schema;
  const schema = isObject(declared) && typeof declared.$ref === 'string' ? resolve(declared.$ref) : declared;
  if (!isObject(schema)) throw new Error(`no schema for ${name}`);
  if (Array.isArray(schema.enum)) return String(schema.enum[0]);
  return schema.type === 'string' ? 'x' : '1';
}

describe.each(versions)('what %s serves', (version) => {
  const of = (template: string) => operations.filter((one) => one.template === template).map(({ method }) => method);

  it('shows every set with its methods', () => {
    const served = servedBy(shippedSchemas[version], shippedSurface);
    const tags = new Map<string, Set<string>>();
    for (const { operation, template, method } of operations) {
      if (!template.startsWith(`/${version}/`)) continue;
      const tag = String((operation.tags as readonly string[])[0]);
      const words = String(operation.operationId).split('.');
      tags.set(tag, (tags.get(tag) ?? new Set()).add(words.at(-1) ?? method));
    }
    for (const { surface, contained, collection } of served.sets) {
      if (!contained) continue;
      const expected = surface.methods.filter((method) => collection || (method !== 'list' && method !== 'create' && method !== 'delete'));
      for (const method of expected) expect([...(tags.get(surface.name) ?? [])], surface.name).toContain(method);
    }
  });

  it('has every operation of the surface', () => {
    const called = operations
      .filter(({ template }) => template.startsWith(`/${version}/`))
      .map(({ operation }) => String(operation.operationId));
    for (const { operation, surface } of servedBy(shippedSchemas[version], shippedSurface).operations) {
      expect(
        called.some((id) => id.includes(`.${operation.name}.call`)),
        surface.name,
      ).toBe(true);
    }
  });

  it('has the paths that clients know', () => {
    expect(of(`/${version}/deviceManagement/deviceConfigurations`)).toEqual(['get', 'post']);
    expect(of(`/${version}/deviceManagement/deviceConfigurations/{deviceConfiguration-id}`)).toEqual(['get', 'delete', 'patch']);
    expect(of(`/${version}/deviceManagement/deviceConfigurations/{deviceConfiguration-id}/assign`)).toEqual(['post']);
    expect(of(`/${version}/groups/{group-id}/members/$ref`)).toEqual(['get', 'post']);
    expect(of(`/${version}/me`)).toContain('get');
  });

  it('is what the server binds: each path, filled in, is one', () => {
    const own = /^\/[^/]+\/(?:muster\/|\$|$)/;
    for (const { template, method, item } of operations) {
      if (!template.startsWith(`/${version}/`) || own.test(template)) continue;
      const url = template.replace(/\{([^}]+)\}/g, (_all, name: string) => valueFor(name, item));
      const aliases = [...template.matchAll(/=(@\w+)/g)].map((match) => `${match[1]}=[]`).join('&');
      const request = {
        method: method.toUpperCase(),
        url: aliases === '' ? url : `${url}?${aliases}`,
        origin: 'https://graph.example',
        headers: {},
        body: undefined,
      };
      expect(() => bind(request, shippedSchemas[version]), `${method} ${template}`).not.toThrow();
    }
  });
});
