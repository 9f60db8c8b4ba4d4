import type {
  ApiVersion,
  ContainerMember,
  EnumType,
  NavigationProperty,
  Operation,
  Parameter,
  PrimitiveName,
  PrimitiveType,
  Property,
  PropertyType,
  Schema,
  StructuredType,
  UnknownType,
} from './schema.js';

/** The schema file is not what `tools/compile-model` writes: a damaged installation, never a client's doing. */
export class SchemaFileError extends Error {
  override readonly name = 'SchemaFileError';
}

type Json = Readonly<Record<string, unknown>>;

const namespace = 'microsoft.graph';
const computed = '@Org.OData.Core.V1.Computed';
const primitiveNames: readonly PrimitiveName[] = [
  'Edm.String',
  'Edm.Boolean',
  'Edm.Byte',
  'Edm.SByte',
  'Edm.Int16',
  'Edm.Int32',
  'Edm.Int64',
  'Edm.Single',
  'Edm.Double',
  'Edm.Decimal',
  'Edm.Guid',
  'Edm.Date',
  'Edm.DateTimeOffset',
  'Edm.TimeOfDay',
  'Edm.Duration',
  'Edm.Binary',
  'Edm.Stream',
  'Edm.Untyped',
];
const primitives: ReadonlyMap<string, PrimitiveType> = new Map(primitiveNames.map((name) => [name, { kind: 'primitive', name }]));

interface Making extends StructuredType {
  base: StructuredType | undefined;
  readonly properties: Map<string, Property>;
  readonly navigation: Map<string, NavigationProperty>;
  readonly derived: StructuredType[];
}

function object(value: unknown, what: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new SchemaFileError(`${what} is not an object`);
}

/** What every namespace of the file declares; names outside of Graph's own keep their namespace. */
function declarations(root: Json): Json {
  const declared: Record<string, unknown> = {};
  for (const [space, content] of Object.entries({ [namespace]: undefined, ...root })) {
    if (space.startsWith('$')) continue;
    for (const [name, entry] of Object.entries(object(content, space))) declared[space === namespace ? name : `${space}.${name}`] = entry;
  }
  return declared;
}

function bare(name: unknown): string {
  const text = String(name);
  return text.startsWith(`${namespace}.`) ? text.slice(namespace.length + 1) : text;
}

function readEnum(name: string, json: Json): EnumType {
  const members = new Map<string, number>();
  for (const [member, value] of Object.entries(json)) if (typeof value === 'number') members.set(member, value);
  const zero = [...members].find(([, value]) => value === 0) ?? [...members][0];
  if (zero === undefined) throw new SchemaFileError(`enum ${name} has no members`);
  return { kind: 'enum', name, members, flags: json.$IsFlags === true, defaultMember: zero[0] };
}

function readDefault(name: string, json: Json): Property['defaultValue'] {
  const value = json.$DefaultValue;
  if (value === undefined || value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  throw new SchemaFileError(`${name} has a default that is no scalar`);
}

/**
 * Links the parsed text of `api/model/{version}/schema.json` (CSDL JSON): bases to derived types, each type's members with the inherited
 * ones first, operations to the types they bind to, the entity container. A type that the file names but does not describe becomes an
 * UnknownType.
 *
 * @throws SchemaFileError when the file is not of that form
 */
export function loadSchema(version: ApiVersion, csdl: unknown): Schema {
  const root = object(csdl, 'the schema file');
  const declared = declarations(root);
  const containerName = bare(root.$EntityContainer);
  const types = new Map<string, Making>();
  const enums = new Map<string, EnumType>();
  const unknown = new Map<string, UnknownType>();
  const entries = Object.entries(declared);

  for (const [name, entry] of entries) {
    if (Array.isArray(entry)) continue;
    const json = object(entry, name);
    if (json.$Kind === 'EnumType') enums.set(name, readEnum(name, json));
    if (json.$Kind !== 'EntityType' && json.$Kind !== 'ComplexType') continue;
    types.set(name, {
      kind: json.$Kind === 'EntityType' ? 'entity' : 'complex',
      name,
      base: undefined,
      abstract: json.$Abstract === true,
      open: json.$OpenType === true,
      properties: new Map(),
      navigation: new Map(),
      derived: [],
    });
  }

  const unknownNamed = (name: string): UnknownType => {
    const made = unknown.get(name) ?? { kind: 'unknown', name };
    unknown.set(name, made);
    return made;
  };
  const typeOf = (json: Json): PropertyType => {
    const name = bare(json.$Type ?? 'Edm.String');
    return primitives.get(name) ?? enums.get(name) ?? types.get(name) ?? unknownNamed(name);
  };
  const structured = (json: Json, what: string): StructuredType => {
    const type = typeOf(json);
    if (type.kind === 'entity' || type.kind === 'complex') return type;
    throw new SchemaFileError(`${what} names ${type.name}, which the file does not describe`);
  };

  const filled = new Set<string>();
  const fill = (type: Making): void => {
    if (filled.has(type.name)) return;
    filled.add(type.name);
    const json = object(declared[type.name], type.name);
    const base = json.$BaseType === undefined ? undefined : types.get(bare(json.$BaseType));
    if (base !== undefined) {
      fill(base);
      type.base = base;
      for (const [name, property] of base.properties) type.properties.set(name, property);
      for (const [name, member] of base.navigation) type.navigation.set(name, member);
    }
    for (const [name, value] of Object.entries(json)) {
      if (name.startsWith('$') || name.startsWith('@')) continue;
      const member = object(value, `${type.name}.${name}`);
      const shape = {
        name,
        collection: member.$Collection === true,
        nullable: member.$Nullable === true,
        declaredBy: type.name,
      };
      const memberType = typeOf(member);
      if (member.$Kind !== 'NavigationProperty') {
        const defaultValue = readDefault(`${type.name}.${name}`, member);
        type.properties.set(name, { ...shape, type: memberType, readOnly: member[computed] === true, defaultValue });
      } else if (memberType.kind === 'primitive' || memberType.kind === 'enum') {
        throw new SchemaFileError(`the navigation ${type.name}.${name} leads to ${memberType.name}`);
      } else {
        type.navigation.set(name, { ...shape, type: memberType, contains: member.$ContainsTarget === true });
      }
    }
  };
  for (const type of types.values()) fill(type);
  for (const type of types.values()) {
    for (let at = type.base; at !== undefined; at = at.base) types.get(at.name)?.derived.push(type);
  }

  const readParameter = (json: Json): Parameter => ({
    name: String(json.$Name),
    type: typeOf(json),
    collection: json.$Collection === true,
    nullable: json.$Nullable === true,
  });
  const readOperation = (name: string, json: Json): Operation => {
    const given = (Array.isArray(json.$Parameter) ? json.$Parameter : []).map((parameter) => object(parameter, `a parameter of ${name}`));
    const binding = json.$IsBound === true ? given[0] : undefined;
    const returns = json.$ReturnType === undefined ? undefined : object(json.$ReturnType, `the result of ${name}`);
    return {
      kind: json.$Kind === 'Action' ? 'action' : 'function',
      name,
      bound: binding === undefined ? undefined : { type: structured(binding, name), collection: binding.$Collection === true },
      parameters: given.slice(binding === undefined ? 0 : 1).map(readParameter),
      returns:
        returns === undefined
          ? undefined
          : { type: typeOf(returns), collection: returns.$Collection === true, nullable: returns.$Nullable === true },
    };
  };
  const operations = entries.flatMap(([name, entry]) =>
    Array.isArray(entry) ? entry.map((overload) => readOperation(name, object(overload, name))) : [],
  );

  const container = new Map<string, ContainerMember>();
  for (const [name, value] of Object.entries(object(declared[containerName], 'the entity container'))) {
    if (name.startsWith('$') || name.startsWith('@')) continue;
    const member = object(value, name);
    container.set(name, { name, type: structured(member, name), collection: member.$Collection === true });
  }
  return { version, types, enums, operations, container };
}
