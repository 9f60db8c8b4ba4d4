import { type ApiVersion, bareTypeName } from './schema.js';
import type { OperationSurface, SetMethod, SetSurface, Surface } from './surface.js';

const VERSIONS: readonly ApiVersion[] = ['beta', 'v1.0'];
const METHODS: readonly SetMethod[] = ['list', 'get', 'create', 'update', 'delete'];
const LAYERS = ['service', 'directory'] as const;
const PAGE_SIZE = 1000;

const SET_KEYS = [
  'type',
  'versions',
  'layer',
  'read',
  'write',
  'methods',
  'required',
  'orderBy',
  'pageSize',
  'maxPageSize',
  'throttle',
  'references',
  'lasting',
] as const;
const OPERATION_KEYS = ['versions', 'layer', 'permissions', 'also'] as const;

/**
 * The surface out of the parsed document of `api/surface.yaml`: `sets` (by containment path), `operations` (by `boundType.name`), `homes`
 * (type name to set name). What a set leaves out: both versions, methods list and get, nothing required, pages of 1000, layer service,
 * throttle class deviceConfiguration, no reference that a client changes.
 *
 * @throws TypeError naming the place, for the file is part of the program
 */
export function parseSurface(document: unknown): Surface {
  const root = mapping(document, 'surface', ['sets', 'operations', 'homes']);
  const sets = new Map<string, SetSurface>();
  for (const [name, value] of entries(root.sets, 'sets')) sets.set(name, parseSet(name, value));
  const operations = new Map<string, OperationSurface>();
  for (const [name, value] of entries(root.operations, 'operations')) operations.set(name, parseOperation(name, value));
  const homes = new Map<string, string>();
  for (const [type, set] of entries(root.homes, 'homes')) {
    if (typeof set !== 'string' || !sets.has(set)) throw wrong(`homes.${type}`, 'names no set of this file', set);
    homes.set(type, set);
  }
  for (const { name, references, lasting } of sets.values()) {
    for (const to of [...references.values()].flat())
      if (!sets.has(to)) throw wrong(`sets.${name}.references`, 'leads to no set of this file', to);
    for (const one of lasting) if (!references.has(one)) throw wrong(`sets.${name}.lasting`, 'names no reference of the set', one);
  }
  return {
    sets,
    operations,
    homeSet(typeName, ancestors) {
      for (const name of [typeName, ...ancestors]) {
        const home = homes.get(bareTypeName(name));
        if (home !== undefined) return home;
      }
      return undefined;
    },
  };
}

function parseSet(name: string, value: unknown): SetSurface {
  const at = `sets.${name}`;
  if (!/^[A-Za-z][\w]*(?:\/[A-Za-z][\w]*)*$/.test(name)) throw wrong(at, 'is no containment path', name);
  const given = mapping(value, at, SET_KEYS);
  const methods = oneOrMore(given.methods, `${at}.methods`, METHODS) ?? ['list', 'get'];
  const writes = methods.some((method) => method !== 'list' && method !== 'get');
  const maxPageSize = count(given.maxPageSize, `${at}.maxPageSize`) ?? PAGE_SIZE;
  const pageSize = count(given.pageSize, `${at}.pageSize`) ?? Math.min(PAGE_SIZE, maxPageSize);
  if (pageSize > maxPageSize) throw wrong(`${at}.pageSize`, `is more than maxPageSize ${maxPageSize}`, pageSize);
  return {
    name,
    type: text(given.type, `${at}.type`),
    versions: oneOrMore(given.versions, `${at}.versions`, VERSIONS) ?? VERSIONS,
    layer: given.layer === undefined ? 'service' : oneOf(given.layer, `${at}.layer`, LAYERS),
    read: texts(given.read, `${at}.read`, 1),
    write: writes || given.write !== undefined ? texts(given.write, `${at}.write`, writes ? 1 : 0) : [],
    methods,
    required: given.required === undefined ? [] : texts(given.required, `${at}.required`, 0),
    orderBy: given.orderBy === undefined ? undefined : text(given.orderBy, `${at}.orderBy`),
    pageSize,
    maxPageSize,
    throttle: given.throttle === undefined ? 'deviceConfiguration' : text(given.throttle, `${at}.throttle`),
    references: new Map(
      entries(given.references, `${at}.references`).map(([property, to]) => [property, texts(to, `${at}.references.${property}`, 1)]),
    ),
    lasting: given.lasting === undefined ? [] : texts(given.lasting, `${at}.lasting`, 0),
  };
}

function parseOperation(name: string, value: unknown): OperationSurface {
  const at = `operations.${name}`;
  if (!/^\w+(?:\.\w+){0,2}$/.test(name)) throw wrong(at, 'is not of the form boundType.name', name);
  const given = mapping(value, at, OPERATION_KEYS);
  return {
    name,
    versions: oneOrMore(given.versions, `${at}.versions`, VERSIONS) ?? VERSIONS,
    layer: given.layer === undefined ? 'service' : oneOf(given.layer, `${at}.layer`, LAYERS),
    permissions: texts(given.permissions, `${at}.permissions`, 1),
    ...(given.also === undefined ? {} : { also: texts(given.also, `${at}.also`, 1) }),
  };
}

function mapping<K extends string>(value: unknown, at: string, keys: readonly K[]): Partial<Record<K, unknown>> {
  for (const [key] of entries(value, at))
    if (!keys.includes(key as K)) throw wrong(`${at}.${key}`, `is unknown here; known are ${keys.join(', ')}`, undefined);
  return (value ?? {}) as Partial<Record<K, unknown>>;
}

/** Absent reads as empty, as an empty YAML mapping does. */
function entries(value: unknown, at: string): [string, unknown][] {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'object' || Array.isArray(value)) throw wrong(at, 'is no mapping', value);
  return Object.entries(value);
}

function text(value: unknown, at: string): string {
  if (typeof value !== 'string' || value === '') throw wrong(at, 'is no text', value);
  return value;
}

function texts(value: unknown, at: string, atLeast: number): readonly string[] {
  if (!Array.isArray(value) || value.length < atLeast) throw wrong(at, atLeast === 0 ? 'is no list' : 'is no list with members', value);
  return value.map((item, i) => text(item, `${at}[${i}]`));
}

function oneOf<T extends string>(value: unknown, at: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw wrong(at, `is none of ${allowed.join(', ')}`, value);
  return found;
}

/** Undefined when absent. */
function oneOrMore<T extends string>(value: unknown, at: string, allowed: readonly T[]): readonly T[] | undefined {
  if (value === undefined) return undefined;
  const list = texts(value, at, 1).map((item, i) => oneOf(item, `${at}[${i}]`, allowed));
  if (new Set(list).size !== list.length) throw wrong(at, 'names something twice', value);
  return list;
}

function count(value: unknown, at: string): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) throw wrong(at, 'is no whole number from 1', value);
  return value;
}

function wrong(at: string, what: string, value: unknown): TypeError {
  return new TypeError(`surface: ${at} ${what}${value === undefined ? '' : `: ${JSON.stringify(value)}`}`);
}
