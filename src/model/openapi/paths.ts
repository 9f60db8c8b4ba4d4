/** The paths of one version: its sets, what their entities refer to, and the operations bound to them. */
import { qualifiedName } from '../../kernel/type-name.js';
import { isA, type Operation, type Parameter, type StructuredType } from '../schema.js';
import { navigationFrom, type Served, type ServedOperation, type ServedSet, type ServedStep } from '../served.js';
import { referenceTargets, type SetSurface } from '../surface.js';
import { json, type ParameterName, parameters, responses, security } from './parts.js';
import type { OpenApiObject, SchemaPool } from './schemas.js';

const LIST: readonly ParameterName[] = ['select', 'expand', 'filter', 'orderby', 'search', 'top', 'skip', 'count', 'prefer'];
const GUARDED: readonly ParameterName[] = ['prefer', 'max-affected'];

interface Key {
  readonly name: string;
  readonly schema: OpenApiObject;
}

/** A place in the tree of paths: its template, the keys in it, and the words of the operation ids below it. */
interface At {
  readonly template: string;
  readonly keys: readonly Key[];
  readonly words: readonly string[];
}

interface Writer {
  readonly served: Served;
  readonly pool: SchemaPool;
  add(at: At, method: string, word: string, operation: OpenApiObject, tag: string): void;
}

/** @returns path items by template, e.g. `/beta/deviceManagement/deviceConfigurations/{deviceConfiguration-id}` */
export function pathsOf(served: Served, pool: SchemaPool): Readonly<Record<string, OpenApiObject>> {
  const paths: Record<string, Record<string, OpenApiObject | readonly OpenApiObject[]>> = {};
  const writer: Writer = {
    served,
    pool,
    add({ template, keys, words }, method, word, operation, tag) {
      const item = paths[template] ?? {};
      paths[template] = item;
      if (keys.length > 0) item.parameters = keys.map(({ name, schema }) => ({ name, in: 'path', required: true, schema }));
      item[method] = { operationId: [...words, word].join('.'), tags: [tag], ...operation };
    },
  };
  for (const set of served.sets.filter(({ contained }) => contained)) {
    const at = placeOf(set, served);
    addSet(set, at, writer);
    const entity = set.collection ? keyed(at, set.type) : at;
    for (const step of navigationFrom(set.type, served)) if (!step.navigation.contains) addReferences(set, step, entity, writer);
  }
  for (const one of served.operations) addOperation(one, writer);
  return paths;
}

function below(at: At, segment: string, word: string = segment): At {
  return { template: `${at.template}/${segment}`, keys: at.keys, words: [...at.words, word] };
}

function keyed(at: At, type: StructuredType): At {
  const taken = at.keys.filter((key) => key.name.startsWith(`${type.name}-id`)).length;
  const name = `${type.name}-id${taken === 0 ? '' : taken + 1}`;
  return { template: `${at.template}/{${name}}`, keys: [...at.keys, { name, schema: { type: 'string' } }], words: at.words };
}

function stepped(at: At, { navigation, cast }: ServedStep): At {
  const from = cast === undefined ? at : below(at, qualifiedName(cast.name), cast.name);
  return below(from, navigation.name);
}

function placeOf({ root, steps }: ServedSet, { version }: Served): At {
  let at: At = below({ template: `/${version}`, keys: [], words: [version] }, root.name);
  let reached: { readonly type: StructuredType; readonly collection: boolean } = root;
  for (const step of steps) {
    at = stepped(reached.collection ? keyed(at, reached.type) : at, step);
    const { type, collection } = step.navigation;
    if (type.kind !== 'unknown') reached = { type, collection };
  }
  return at;
}

function addSet({ surface, type, collection }: ServedSet, at: At, { pool, add }: Writer): void {
  const { name, methods, required } = surface;
  const reads = { security: security(surface.read, undefined) };
  const writes = { security: security(surface.write, undefined) };
  const schema = pool.entity(type);
  const may = (method: SetSurface['methods'][number]) => methods.includes(method);
  const shown = (status: string) => responses(status, 'The entity.', json(schema));
  if (collection && may('list')) {
    const listed = responses('200', 'A page of the set.', json(pool.page({ type })));
    add(at, 'get', 'list', { ...reads, parameters: parameters(...LIST), responses: listed }, name);
    const counted = responses('200', 'How many there are.', { 'text/plain': { schema: { type: 'integer' } } });
    add(below(at, '$count', 'all'), 'get', 'count', { ...reads, parameters: parameters('filter', 'search'), responses: counted }, name);
  }
  if (collection && may('create')) {
    const body = { required: true, content: json(required.length === 0 ? schema : { allOf: [schema, { required: [...required] }] }) };
    add(at, 'post', 'create', { ...writes, parameters: parameters(...GUARDED), requestBody: body, responses: shown('201') }, name);
  }
  const entity = collection ? keyed(at, type) : at;
  if (may('get') || (collection && may('list'))) {
    const asked = parameters('select', 'expand', 'if-none-match');
    add(entity, 'get', 'get', { ...reads, parameters: asked, responses: { ...shown('200'), '304': { description: 'Unchanged.' } } }, name);
  }
  const conditional = parameters('if-match', ...GUARDED);
  if (may('update')) {
    const body = { required: true, content: json(schema) };
    add(entity, 'patch', 'update', { ...writes, parameters: conditional, requestBody: body, responses: shown('200') }, name);
  }
  if (may('delete')) add(entity, 'delete', 'delete', { ...writes, parameters: conditional, responses: responses('204', 'Deleted.') }, name);
}

function addReferences(set: ServedSet, step: ServedStep, entity: At, { served, pool, add }: Writer): void {
  const { navigation } = step;
  const { type } = navigation;
  const target = served.targetOf(navigation) ?? '';
  const rules = served.surface.sets.get(`${set.surface.name}/${navigation.name}`) ?? served.surface.sets.get(target);
  if (type.kind === 'unknown' || rules === undefined) return;
  const at = stepped(entity, step);
  const ref = below(at, '$ref', '');
  const words = { ...ref, words: at.words };
  const reads = { security: security(rules.read, undefined) };
  const writes = { security: security(rules.write, undefined) };
  const { name } = set.surface;
  const tie = { required: true, content: json(REFERENCE) };
  const done = responses('204', 'Done.');
  const editable = referenceTargets(set.surface, navigation.name) !== undefined;
  if (navigation.collection) {
    const listed = responses('200', 'A page of what it refers to.', json(pool.page({ type })));
    add(at, 'get', 'list', { ...reads, parameters: parameters(...LIST), responses: listed }, name);
    add(words, 'get', 'listReferences', { ...reads, responses: responses('200', 'References.', json(REFERENCES)) }, name);
    if (!editable) return;
    add(words, 'post', 'addReference', { ...writes, parameters: parameters(...GUARDED), requestBody: tie, responses: done }, name);
    const member = keyed(at, type);
    add(
      { ...member, template: `${member.template}/$ref` },
      'delete',
      'removeReference',
      { ...writes, parameters: parameters(...GUARDED), responses: done },
      name,
    );
    return;
  }
  add(
    at,
    'get',
    'get',
    { ...reads, parameters: parameters('select', 'expand'), responses: responses('200', 'What it refers to.', json(pool.entity(type))) },
    name,
  );
  add(words, 'get', 'getReference', { ...reads, responses: responses('200', 'The reference.', json(REFERENCE)) }, name);
  if (!editable) return;
  add(words, 'put', 'setReference', { ...writes, parameters: parameters(...GUARDED), requestBody: tie, responses: done }, name);
  if (set.surface.lasting.includes(navigation.name)) return;
  add(words, 'delete', 'removeReference', { ...writes, parameters: parameters(...GUARDED), responses: done }, name);
}

const REFERENCE = { type: 'object', properties: { '@odata.id': { type: 'string' } }, required: ['@odata.id'] };
const REFERENCES = { type: 'object', properties: { value: { type: 'array', items: REFERENCE } }, required: ['value'] };

/** On every set of the type it binds to; where there is none, on those that its type derives from, by cast. */
function addOperation({ operation, surface }: ServedOperation, writer: Writer): void {
  const { bound } = operation;
  if (bound === undefined) return;
  const places = writer.served.sets.filter(({ contained, collection }) => contained && (collection || !bound.collection));
  const own = places.filter(({ type }) => isA(type, bound.type));
  const others = own.length > 0 ? [] : places.filter(({ type }) => type.derived.includes(bound.type));
  for (const set of [...own, ...others]) {
    const place = placeOf(set, writer.served);
    const entity = set.collection && !bound.collection ? keyed(place, set.type) : place;
    const from = own.length > 0 ? entity : below(entity, qualifiedName(bound.type.name), bound.type.name);
    const { security: allowed, tag } = { security: security(surface.permissions, surface.also), tag: set.surface.name };
    const described = operation.kind === 'action' ? action(operation, writer.pool) : fetched(operation, writer.pool);
    const at = below(from, described.segment, bound.collection ? `set.${operation.name}` : operation.name);
    const keys = [...at.keys, ...described.pathParameters];
    writer.add({ ...at, keys }, described.method, described.word, { security: allowed, ...described.operation }, tag);
  }
}

interface Described {
  readonly method: 'get' | 'post';
  readonly segment: string;
  readonly pathParameters: readonly Key[];
  readonly word: string;
  readonly operation: OpenApiObject;
}

function action(operation: Operation, pool: SchemaPool): Described {
  const properties = Object.fromEntries(operation.parameters.map((parameter) => [parameter.name, pool.of(parameter)]));
  const body = operation.parameters.length === 0 ? {} : { requestBody: { required: true, content: json({ type: 'object', properties }) } };
  const described = { parameters: parameters(...GUARDED), ...body, responses: returned(operation, pool) };
  return { method: 'post', segment: operation.name, pathParameters: [], word: 'call', operation: described };
}

/** A function takes its parameters in the path; collections do not fit there and travel in an alias. */
function fetched(operation: Operation, pool: SchemaPool): Described {
  const single = operation.parameters.filter(({ collection }) => !collection);
  const several = operation.parameters.filter(({ collection }) => collection);
  const texts = operation.parameters.map((parameter) => `${parameter.name}=${argument(parameter)}`);
  const aliases = several.map(({ name }) => ({
    name: `@${name}`,
    in: 'query',
    required: true,
    description: 'A JSON array.',
    schema: { type: 'string' },
  }));
  const words = ['call', ...operation.parameters.map(({ name }) => name)];
  return {
    method: 'get',
    segment: `${operation.name}(${texts.join(',')})`,
    pathParameters: single.map((parameter) => ({ name: parameter.name, schema: pool.of(parameter) })),
    word: words.join('.'),
    operation: { ...(aliases.length === 0 ? {} : { parameters: aliases }), responses: returned(operation, pool) },
  };
}

function argument({ name, type, collection }: Parameter): string {
  if (collection) return `@${name}`;
  const quoted = type.kind === 'enum' || (type.kind === 'primitive' && type.name === 'Edm.String');
  return quoted ? `'{${name}}'` : `{${name}}`;
}

function returned({ returns }: Operation, pool: SchemaPool): OpenApiObject {
  if (returns === undefined) return responses('204', 'Done.');
  const { type, collection } = returns;
  if (type.kind === 'primitive' && type.name === 'Edm.Stream')
    return responses('200', 'The bytes.', { 'application/octet-stream': { schema: {} } });
  if (collection) return responses('200', 'The values.', json(pool.page({ type })));
  if (type.kind === 'entity' || type.kind === 'complex') return responses('200', 'The value.', json(pool.of(returns)));
  return responses('200', 'The value.', json({ type: 'object', properties: { value: pool.of(returns) }, required: ['value'] }));
}
