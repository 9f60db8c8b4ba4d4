/** The types of the model as JSON Schema, for `components.schemas` of an OpenAPI 3.1 description. */
import { qualifiedName } from '../../kernel/type-name.js';
import type { EnumType, PrimitiveName, PropertyType, StructuredType } from '../schema.js';
import type { Served } from '../served.js';

export type OpenApiValue = string | number | boolean | null | readonly OpenApiValue[] | OpenApiObject;
export interface OpenApiObject {
  readonly [name: string]: OpenApiValue;
}

const INTEGER_32 = { type: 'integer', format: 'int32' };
const TEXT = { type: 'string' };

/** How each primitive is written in JSON (OData JSON, section 7.1). */
const PRIMITIVES: Readonly<Record<PrimitiveName, OpenApiObject>> = {
  'Edm.String': TEXT,
  'Edm.Boolean': { type: 'boolean' },
  'Edm.Byte': { type: 'integer', minimum: 0, maximum: 255 },
  'Edm.SByte': { type: 'integer', minimum: -128, maximum: 127 },
  'Edm.Int16': { type: 'integer', minimum: -32768, maximum: 32767 },
  'Edm.Int32': INTEGER_32,
  'Edm.Int64': { type: 'integer', format: 'int64' },
  'Edm.Single': { type: 'number', format: 'float' },
  'Edm.Double': { type: 'number', format: 'double' },
  'Edm.Decimal': { type: 'number' },
  'Edm.Guid': { type: 'string', format: 'uuid' },
  'Edm.Date': { type: 'string', format: 'date' },
  'Edm.DateTimeOffset': { type: 'string', format: 'date-time' },
  'Edm.TimeOfDay': { type: 'string', format: 'time' },
  'Edm.Duration': { type: 'string', format: 'duration' },
  'Edm.Binary': { type: 'string', contentEncoding: 'base64' },
  'Edm.Stream': { type: 'string', contentEncoding: 'base64' },
  'Edm.Untyped': {},
};

interface Shape {
  readonly type: PropertyType;
  readonly collection: boolean;
  readonly nullable: boolean;
}

/** The schemas of one version: written when they are first referred to, with whatever they refer to. */
export interface SchemaPool {
  /** A reference to a type, or the schema itself where it has no name. */
  of(shape: Shape): OpenApiObject;
  entity(type: StructuredType): OpenApiObject;
  /** The envelope of a list of what `shape` says of one member. */
  page(shape: Omit<Shape, 'collection' | 'nullable'>): OpenApiObject;
  /** What has been referred to, by component name. */
  all(): ReadonlyMap<string, OpenApiObject>;
}

/** Component names begin with the version: the same type differs from one to the other. */
export function schemaPool(served: Served): SchemaPool {
  const found = new Map<string, OpenApiObject>();
  const waiting: (StructuredType | EnumType)[] = [];
  const known = new Set<string>();
  const componentName = (name: string) => `${served.version}.${qualifiedName(name)}`;
  const refer = (type: StructuredType | EnumType): OpenApiObject => {
    const name = componentName(type.name);
    if (!known.has(name)) waiting.push(type);
    known.add(name);
    return { $ref: `#/components/schemas/${name}` };
  };
  const one = (type: PropertyType, nullable: boolean): OpenApiObject => {
    if (type.kind === 'unknown') return {};
    if (type.kind !== 'primitive') return nullable ? { anyOf: [refer(type), { type: 'null' }] } : refer(type);
    const schema = PRIMITIVES[type.name];
    return nullable && typeof schema.type === 'string' ? { ...schema, type: [schema.type, 'null'] } : schema;
  };
  const of = ({ type, collection, nullable }: Shape): OpenApiObject =>
    collection ? { type: 'array', items: one(type, nullable) } : one(type, nullable);

  const structured = (type: StructuredType): OpenApiObject => {
    const properties: Record<string, OpenApiValue> = {};
    if (isHierarchyRoot(type)) properties['@odata.type'] = TEXT;
    for (const property of type.properties.values()) {
      if (property.declaredBy !== type.name) continue;
      const { readOnly, defaultValue } = property;
      properties[property.name] = {
        ...of(property),
        ...(readOnly ? { readOnly: true } : {}),
        ...(defaultValue === undefined ? {} : { default: defaultValue }),
      };
    }
    for (const navigation of served.ownNavigation(type)) {
      const { collection } = navigation;
      properties[navigation.name] = of({ ...navigation, nullable: !collection && navigation.nullable });
    }
    // What derives from a type is named here so that a reader of the base finds it.
    const mapping = isHierarchyRoot(type) ? [type, ...type.derived] : [];
    const own: OpenApiObject = {
      type: 'object',
      ...(Object.keys(properties).length === 0 ? {} : { properties }),
      ...(mapping.length === 0
        ? {}
        : {
            discriminator: {
              propertyName: '@odata.type',
              mapping: Object.fromEntries(mapping.map((one) => [`#${qualifiedName(one.name)}`, String(refer(one).$ref)])),
            },
          }),
    };
    return { title: type.name, ...(type.base === undefined ? own : { allOf: [refer(type.base), own] }) };
  };

  return {
    of,
    entity: refer,
    page: ({ type }) => ({
      type: 'object',
      properties: {
        '@odata.context': TEXT,
        '@odata.count': { type: 'integer', format: 'int64' },
        '@odata.nextLink': { type: 'string', format: 'uri' },
        value: { type: 'array', items: one(type, false) },
      },
      required: ['value'],
    }),
    all() {
      for (let type = waiting.pop(); type !== undefined; type = waiting.pop()) {
        const { kind, name } = type;
        found.set(componentName(name), kind === 'enum' ? enumSchema(type) : structured(type));
      }
      return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
    },
  };
}

/** Every entity derives from `entity`: a list of all that do would help no reader, so that hierarchies begin below it. */
function isHierarchyRoot({ name, base, derived }: StructuredType): boolean {
  return derived.length > 0 && name !== ENTITY && (base === undefined || base.name === ENTITY);
}

const ENTITY = 'entity';

function enumSchema({ name, members, flags }: EnumType): OpenApiObject {
  const names = [...members.keys()];
  if (!flags) return { title: name, type: 'string', enum: names };
  return { title: name, type: 'string', description: `One or more of these, joined with commas: ${names.join(', ')}.` };
}
