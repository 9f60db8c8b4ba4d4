/**
 * What is served as CSDL 4.01: the OASIS JSON form, as plain data. `csdl/xml.ts` writes the same document as XML, so that the two cannot
 * differ. What only the catalogue of types names, and nothing describes, is left out: every name in it resolves.
 */
import { qualifiedName } from '../../kernel/type-name.js';
import type { EnumType, NavigationProperty, Operation, Property, PropertyType, StructuredType } from '../schema.js';
import { navigationFrom, type Served, type ServedSet, type ServedStep } from '../served.js';

export type CsdlValue = string | number | boolean | null | readonly CsdlValue[] | CsdlObject;
export interface CsdlObject {
  readonly [name: string]: CsdlValue;
}

export const GRAPH_NAMESPACE = 'microsoft.graph';
export const CONTAINER = 'GraphService';
export const COMPUTED = 'Org.OData.Core.V1.Computed';
export const CORE_VOCABULARY = 'https://oasis-tcs.github.io/odata-vocabularies/vocabularies/Org.OData.Core.V1';

/** The members of a document by namespace, Graph's own first (OData CSDL JSON 4.01, section 4). */
export function csdlDocument(served: Served): CsdlObject {
  const namespaces = new Map<string, Record<string, CsdlValue>>([[GRAPH_NAMESPACE, { $Alias: 'graph' }]]);
  const declare = (name: string, value: CsdlValue): void => {
    const qualified = qualifiedName(name);
    const dot = qualified.lastIndexOf('.');
    const space = qualified.slice(0, dot);
    const members = namespaces.get(space) ?? {};
    namespaces.set(space, members);
    members[qualified.slice(dot + 1)] = value;
  };
  for (const type of served.schema.enums.values()) declare(type.name, enumType(type));
  for (const type of served.schema.types.values()) declare(type.name, structuredType(type, served));
  const overloads = new Map<string, CsdlObject[]>();
  for (const { operation } of served.operations) {
    overloads.set(operation.name, [...(overloads.get(operation.name) ?? []), operationOverload(operation)]);
  }
  for (const [name, all] of overloads) declare(name, all);
  declare(CONTAINER, entityContainer(served));
  return {
    $Version: '4.01',
    $EntityContainer: `${GRAPH_NAMESPACE}.${CONTAINER}`,
    $Reference: { [`${CORE_VOCABULARY}.json`]: { $Include: [{ $Namespace: 'Org.OData.Core.V1', $Alias: 'Core' }] } },
    ...Object.fromEntries(namespaces),
  };
}

function enumType({ members, flags }: EnumType): CsdlObject {
  const wide = [...members.values()].some((value) => value !== (value | 0));
  return {
    $Kind: 'EnumType',
    ...(wide ? { $UnderlyingType: 'Edm.Int64' } : {}),
    ...(flags ? { $IsFlags: true } : {}),
    ...Object.fromEntries(members),
  };
}

function structuredType(type: StructuredType, served: Served): CsdlObject {
  const own = [...type.properties.values()].filter(({ declaredBy }) => declaredBy === type.name);
  const keyed = type.kind === 'entity' && own.some(({ name }) => name === 'id');
  return {
    $Kind: type.kind === 'entity' ? 'EntityType' : 'ComplexType',
    ...(type.base === undefined ? {} : { $BaseType: qualifiedName(type.base.name) }),
    ...(type.abstract ? { $Abstract: true } : {}),
    ...(type.open ? { $OpenType: true } : {}),
    ...(keyed ? { $Key: ['id'] } : {}),
    ...Object.fromEntries(own.filter((property) => property.type.kind !== 'unknown').map((one) => [one.name, property(one)])),
    ...Object.fromEntries(served.ownNavigation(type).map((one) => [one.name, navigationProperty(one)])),
  };
}

/** `$Type`, `$Collection` and `$Nullable`, each left out where it says the default. */
function typed(type: PropertyType, { collection, nullable }: { readonly collection: boolean; readonly nullable: boolean }): CsdlObject {
  const name = type.kind === 'primitive' ? type.name : qualifiedName(type.name);
  return {
    ...(collection ? { $Collection: true } : {}),
    ...(name === 'Edm.String' ? {} : { $Type: name }),
    ...(nullable ? { $Nullable: true } : {}),
  };
}

function property(one: Property): CsdlObject {
  return {
    ...typed(one.type, one),
    ...(one.defaultValue === undefined ? {} : { $DefaultValue: one.defaultValue }),
    ...(one.readOnly ? { [`@${COMPUTED}`]: true } : {}),
  };
}

function navigationProperty(one: NavigationProperty): CsdlObject {
  // A collection of entities has no nullability of its own (section 8.3).
  return {
    $Kind: 'NavigationProperty',
    ...typed(one.type, { collection: one.collection, nullable: one.nullable && !one.collection }),
    ...(one.contains ? { $ContainsTarget: true } : {}),
  };
}

function operationOverload({ kind, bound, parameters, returns }: Operation): CsdlObject {
  const binding =
    bound === undefined ? [] : [{ $Name: 'bindingParameter', ...typed(bound.type, { collection: bound.collection, nullable: false }) }];
  const given = parameters.map((parameter) => ({ $Name: parameter.name, ...typed(parameter.type, parameter) }));
  return {
    $Kind: kind === 'action' ? 'Action' : 'Function',
    ...(bound === undefined ? {} : { $IsBound: true }),
    ...(binding.length + given.length === 0 ? {} : { $Parameter: [...binding, ...given] }),
    ...(returns === undefined ? {} : { $ReturnType: typed(returns.type, returns) }),
  };
}

function entityContainer(served: Served): CsdlObject {
  const members = served.container.map((member): [string, CsdlObject] => {
    const sets = served.sets.filter(({ root, contained }) => root === member && contained);
    const bindings = Object.fromEntries(sets.flatMap((set) => bindingsOf(set, served)));
    return [
      member.name,
      {
        ...(member.collection ? { $Collection: true } : {}),
        $Type: qualifiedName(member.type.name),
        ...(Object.keys(bindings).length === 0 ? {} : { $NavigationPropertyBinding: bindings }),
      },
    ];
  });
  return { $Kind: 'EntityContainer', ...Object.fromEntries(members) };
}

/** Where the references of a set's entities lead: path below the container member -> set (section 13.4). */
function bindingsOf(set: ServedSet, served: Served): readonly (readonly [string, string])[] {
  return navigationFrom(set.type, served).flatMap((step) => {
    const target = step.navigation.contains ? undefined : served.targetOf(step.navigation);
    return target === undefined ? [] : [[[...set.steps, step].map(stepText).join('/'), target] as const];
  });
}

function stepText({ navigation, cast }: ServedStep): string {
  return cast === undefined ? navigation.name : `${qualifiedName(cast.name)}/${navigation.name}`;
}
