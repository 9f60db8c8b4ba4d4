/**
 * A request, bound to the model: path, method, query options and headers -> Plan. No I/O, no clock.
 *
 * The service root, `$metadata` and `$batch` have no plan; whoever serves them looks at the path first.
 */
import { graphError } from '../kernel/errors.js';
import type { GraphRequest } from '../kernel/message.js';
import type { Schema, StructuredType } from '../model/schema.js';
import type { Served } from '../model/served.js';
import { readEntityUrl } from '../query/entity-url.js';
import type { PathStep, Plan, PlanOperation } from '../query/plan.js';
import { type BoundPath, bindPath } from './bind-path.js';
import { acceptedRepresentation, formatRepresentation, preferences, spokenVersion } from './headers.js';
import { bindOptions, type OptionUse } from './options.js';
import { parseTarget } from './path.js';
import { type OptionTexts, parseQuery, type SystemOption } from './query-string.js';

type Methods = ReadonlyMap<string, PlanOperation>;

function methods(table: Readonly<Record<string, PlanOperation>>): Methods {
  return new Map(Object.entries(table));
}

const read = (operation: PlanOperation) => ({ GET: operation, HEAD: operation });

const ENTITIES = methods({ ...read('list'), POST: 'create' });
const ENTITY = methods({ ...read('get'), PATCH: 'update', DELETE: 'delete' });
const SINGLETON = methods({ ...read('get'), PATCH: 'update' });
const COUNT = methods(read('count'));
const PROPERTY = methods(read('getProperty'));
const VALUE = methods(read('getValue'));
const ACTION = methods({ POST: 'call' });
const FUNCTION = methods(read('call'));
const REFERENCES = methods({ ...read('getReference'), POST: 'addReference', DELETE: 'removeReference' });
const REFERENCE = methods({ ...read('getReference'), PUT: 'setReference', DELETE: 'removeReference' });
const REFERENCE_MEMBER = methods({ ...read('getReference'), DELETE: 'removeReference' });
const REFERENCE_ONLY = methods(read('getReference'));

/** What may be done where the path ends. */
function methodsOf(path: BoundPath): Methods {
  switch (path.ending) {
    case 'call':
      return path.call?.operation.kind === 'action' ? ACTION : FUNCTION;
    case '$count':
      return COUNT;
    case '$value':
      return VALUE;
    case '$ref':
      // What lives below its parent, or in an entity set, is not tied by a reference that could be changed.
      if (path.navigation === undefined || path.navigation.contains) return REFERENCE_ONLY;
      return path.collection ? REFERENCES : path.keyed ? REFERENCE_MEMBER : REFERENCE;
    case 'none':
      if (path.property !== undefined) return PROPERTY;
      if (path.collection) return ENTITIES;
      return path.steps.every((step) => step.kind === 'singleton' || step.kind === 'cast') ? SINGLETON : ENTITY;
  }
}

/** Where a URL leads, and what each method would be there. */
export interface Target {
  readonly path: readonly PathStep[];
  readonly methods: ReadonlyMap<string, PlanOperation>;
}

/** @throws the URL errors of the catalogue, as `bind` */
export function bindTarget(url: string, schema: Schema): Target {
  const target = parseTarget(url);
  const path = bindPath(target.segments, schema, parseQuery(target.query).aliases);
  return { path: path.steps, methods: methodsOf(path) };
}

function returnedType(path: BoundPath): { type: StructuredType | undefined; collection: boolean } {
  const returns = path.call?.operation.returns;
  if (returns === undefined) return { type: undefined, collection: false };
  const type = returns.type.kind === 'entity' || returns.type.kind === 'complex' ? returns.type : undefined;
  return { type, collection: returns.collection };
}

function useOf(operation: PlanOperation, type: StructuredType | undefined, collection: boolean): OptionUse {
  switch (operation) {
    case 'list':
      return 'list';
    case 'count':
      return 'count';
    case 'get':
      return 'entity';
    case 'create':
    case 'update':
    case 'replace':
    case 'delete':
      return 'written';
    case 'getReference':
      return collection ? 'references' : 'none';
    case 'call':
      if (collection) return type === undefined ? 'values' : type.kind === 'entity' ? 'list' : 'complexes';
      return type === undefined ? 'none' : type.kind === 'entity' ? 'entity' : 'complex';
    case 'getProperty':
      if (collection) return type === undefined ? 'values' : 'complexes';
      return type === undefined ? 'none' : 'complex';
    default:
      return 'none';
  }
}

function without(texts: OptionTexts, option: SystemOption): OptionTexts {
  if (!texts.has(option)) return texts;
  const rest = new Map(texts);
  rest.delete(option);
  return rest;
}

/** The member that `DELETE …/$ref?$id=URL` removes; undefined for other requests. */
function referenceToRemove(texts: OptionTexts, operation: PlanOperation, collection: boolean): string | undefined {
  if (operation !== 'removeReference' || !collection) return undefined;
  const id = texts.get('id');
  if (id === undefined) {
    const reason = 'a reference is removed from a collection by its key: DELETE …/{id}/$ref, or …/$ref?$id=URL.';
    throw graphError('optionInvalid', { option: '$id', reason }, '$id');
  }
  // Which set it is in is not looked at: ids of a tenant are unique.
  const reference = readEntityUrl(id);
  if (reference === undefined) throw graphError('optionInvalid', { option: '$id', reason: `'${id}' is not the URL of an entity.` }, '$id');
  return reference.id;
}

/**
 * Bind a request to the schema of the version its URL names (`versionOf`).
 *
 * @param served what is served of the schema: `$expand=*` takes no more than that
 *
 * `$ref`, `$count` and `$value` leave no step: the operation says them. `DELETE …/$ref?$id=URL` becomes the same plan as
 * `DELETE …/{id}/$ref`.
 *
 * @throws the URL and option errors of the catalogue: versionInvalid, urlTooLong, urlInvalid, segmentUnknown, castInvalid,
 *   methodNotAllowed, optionUnknown, optionInvalid, optionPropertyUnknown, filterInvalid, notAcceptable, headerInvalid
 */
export function bind(request: GraphRequest, schema: Schema, served?: () => Served): Plan {
  const target = parseTarget(request.url);
  const { options: texts, aliases } = parseQuery(target.query);
  const path = bindPath(target.segments, schema, aliases);
  const allowed = methodsOf(path);
  const operation = allowed.get(request.method);
  if (operation === undefined) throw graphError('methodNotAllowed', { method: request.method, allow: [...allowed.keys()].join(', ') });

  const end = path.ending === 'call' ? returnedType(path) : path;
  const key = referenceToRemove(texts, operation, path.collection);
  const rest = without(key === undefined ? texts : without(texts, 'id'), 'format');
  const format = texts.get('format');
  const { headers } = request;
  spokenVersion(headers);
  const text = operation === 'count' || operation === 'getValue';
  // A stream is what it is: clients that ask for one accept application/octet-stream alone.
  const accept = path.call?.operation.returns?.type.name === 'Edm.Stream' ? undefined : headers.accept;
  const representation = format === undefined ? acceptedRepresentation(accept, text) : formatRepresentation(format, text);
  const steps: readonly PathStep[] = key === undefined ? path.steps : [...path.steps, { kind: 'key', value: key }];
  return {
    version: schema.version,
    method: request.method,
    operation,
    path: steps,
    type: end.type,
    collection: key === undefined && end.collection,
    call: path.call,
    options: bindOptions(rest, { schema, aliases, depth: 0, served }, useOf(operation, end.type, end.collection), end.type),
    prefer: preferences(headers.prefer),
    metadata: representation.metadata,
    ieee754Compatible: representation.ieee754Compatible,
    eventual: headers.consistencylevel?.trim().toLowerCase() === 'eventual',
    ifMatch: headers['if-match'],
    ifNoneMatch: headers['if-none-match'],
    url: { path: target.path, query: target.query },
  };
}
