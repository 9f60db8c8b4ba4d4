/** Writes a draft as CSDL JSON (OASIS, 4.01): types, enums and operations by name, members in wire order. */
import { parseTypeText } from './apply-corrections.js';
import { type Corrections, forVersion, type ModelVersion } from './corrections.js';
import type { Draft, DraftProperty, DraftType } from './draft.js';
import type { Scope } from './scope.js';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Muster's own namespace: what Graph does not have. */
const OWN = 'muster.';

function qualified(type: string): string {
  return type.startsWith('Edm.') || type.startsWith(OWN) ? type : `microsoft.graph.${type}`;
}

function typeFacets(text: string, nullable: boolean): { [key: string]: Json } {
  const { type, collection } = parseTypeText(text);
  return {
    ...(collection ? { $Collection: true } : {}),
    ...(type === 'Edm.String' ? {} : { $Type: qualified(type) }),
    ...(nullable ? { $Nullable: true } : {}),
  };
}

function memberJson(property: DraftProperty): Json {
  const text = property.collection ? `Collection(${property.type})` : property.type;
  if (property.navigation !== undefined) {
    return {
      $Kind: 'NavigationProperty',
      ...typeFacets(text, property.nullable && !property.collection),
      ...(property.navigation.contains ? { $ContainsTarget: true } : {}),
    };
  }
  return {
    ...typeFacets(text, property.nullable),
    ...(property.defaultValue === undefined ? {} : { $DefaultValue: property.defaultValue }),
    ...(property.readOnly ? { '@Org.OData.Core.V1.Computed': true } : {}),
  };
}

function typeJson(type: DraftType): Json {
  return {
    $Kind: type.kind === 'entity' ? 'EntityType' : 'ComplexType',
    ...(type.base === undefined ? {} : { $BaseType: qualified(type.base) }),
    ...(type.abstract ? { $Abstract: true } : {}),
    ...(type.open ? { $OpenType: true } : {}),
    ...(type.name === 'entity' ? { $Key: ['id'] } : {}),
    ...Object.fromEntries([...type.properties.values()].map((property) => [property.name, memberJson(property)])),
  };
}

function operationJson(operation: Corrections['operations'][number]): Json {
  return {
    $Kind: operation.kind === 'action' ? 'Action' : 'Function',
    $IsBound: true,
    $Parameter: [
      { $Name: 'bindingParameter', ...typeFacets(operation.on, false) },
      ...operation.parameters.map((parameter) => ({ $Name: parameter.name, ...typeFacets(parameter.type, parameter.nullable) })),
    ],
    ...(operation.returns === undefined ? {} : { $ReturnType: typeFacets(operation.returns, operation.returnsNullable) }),
  };
}

function containerJson(corrections: Corrections, version: ModelVersion): Json {
  const entries = forVersion(corrections.container, version);
  return {
    $Kind: 'EntityContainer',
    ...Object.fromEntries(
      entries.flatMap((entry) => [
        ...Object.entries(entry.singletons).map(([name, type]): [string, Json] => [name, { $Type: qualified(type) }]),
        ...Object.entries(entry.sets).map(([name, type]): [string, Json] => [name, { $Collection: true, $Type: qualified(type) }]),
      ]),
    ),
  };
}

/** One schema for Graph's names, and one for Muster's own where there are any. */
function byNamespace(schema: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
  const own = Object.entries(schema).filter(([name]) => name.startsWith(OWN));
  const graph = Object.fromEntries(Object.entries(schema).filter(([name]) => !name.startsWith(OWN)));
  if (own.length === 0) return { 'microsoft.graph': graph };
  return { 'microsoft.graph': graph, muster: Object.fromEntries(own.map(([name, entry]) => [name.slice(OWN.length), entry])) };
}

/** The text of `schema.json`: two-space JSON with a closing newline. */
export function writeCsdl(draft: Draft, scope: Scope, corrections: Corrections, version: ModelVersion): string {
  const schema: Record<string, Json> = {};
  for (const name of [...scope.types].sort(byName)) {
    const type = draft.types.get(name);
    if (type !== undefined) schema[name] = typeJson(type);
  }
  for (const name of [...scope.enums].sort(byName)) {
    const read = draft.enums.get(name);
    if (read !== undefined)
      schema[name] = { $Kind: 'EnumType', ...(read.flags ? { $IsFlags: true } : {}), ...Object.fromEntries(read.members) };
  }
  const operations = new Map<string, Json[]>();
  for (const operation of forVersion(corrections.operations, version)) {
    operations.set(operation.name, [...(operations.get(operation.name) ?? []), operationJson(operation)]);
  }
  for (const [name, overloads] of [...operations].sort(([a], [b]) => byName(a, b))) schema[name] = overloads;
  schema.GraphService = containerJson(corrections, version);
  const file = { $Version: '4.01', $EntityContainer: 'microsoft.graph.GraphService', ...byNamespace(schema) };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}
