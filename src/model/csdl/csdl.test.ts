import { describe, expect, it } from 'vitest';
import { loadSchema } from '../load-schema.js';
import type { ApiVersion } from '../schema.js';
import { servedBy } from '../served.js';
import { shippedSchemas, shippedSurface } from '../testing/shipped-model.js';
import { type CsdlObject, type CsdlValue, csdlDocument } from './document.js';
import { readXml, type XmlElement } from './testing/read-xml.js';
import { csdlXml, escapeXml } from './xml.js';

const versions: readonly ApiVersion[] = ['beta', 'v1.0'];
const documents = Object.fromEntries(
  versions.map((version) => [version, csdlDocument(servedBy(shippedSchemas[version], shippedSurface))]),
) as Record<ApiVersion, CsdlObject>;
const isObject = (value: CsdlValue | undefined): value is CsdlObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every declared name, qualified, with what it declares; overloads as one. */
function declared(document: CsdlObject): ReadonlyMap<string, CsdlValue> {
  const found = new Map<string, CsdlValue>();
  for (const [space, members] of Object.entries(document)) {
    if (space.startsWith('$') || !isObject(members)) continue;
    for (const [name, member] of Object.entries(members)) if (!name.startsWith('$')) found.set(`${space}.${name}`, member);
  }
  return found;
}

function* referenced(value: CsdlValue): Generator<string> {
  if (Array.isArray(value)) for (const one of value) yield* referenced(one);
  else if (isObject(value)) {
    for (const [key, inner] of Object.entries(value)) {
      if ((key === '$Type' || key === '$BaseType') && typeof inner === 'string') yield inner;
      else yield* referenced(inner);
    }
  }
}

const kindOf = (value: CsdlValue | undefined) => (isObject(value) ? value.$Kind : undefined);

describe.each(versions)('%s as CSDL JSON', (version) => {
  const document = documents[version];
  const names = declared(document);

  it('declares every type it names', () => {
    const missing = new Set([...referenced(document)].filter((name) => !name.startsWith('Edm.') && !names.has(name)));
    expect([...missing]).toEqual([]);
  });

  it('has a base of the same kind for each derived type, and no circle', () => {
    for (const [name, member] of names) {
      const seen = new Set<string>();
      for (let at: CsdlValue | undefined = member, from = name; isObject(at) && typeof at.$BaseType === 'string'; ) {
        expect(seen.has(from), name).toBe(false);
        seen.add(from);
        expect(kindOf(names.get(at.$BaseType)), name).toBe(at.$Kind);
        from = at.$BaseType;
        at = names.get(from);
      }
    }
  });

  it('declares a member once on the way from a type to its first ancestor', () => {
    for (const [name, member] of names) {
      const members: string[] = [];
      for (
        let at: CsdlValue | undefined = member;
        isObject(at);
        at = typeof at.$BaseType === 'string' ? names.get(at.$BaseType) : undefined
      ) {
        if (at.$Kind === 'EntityType' || at.$Kind === 'ComplexType') members.push(...Object.keys(at).filter((key) => !key.startsWith('$')));
      }
      expect(members.length, name).toBe(new Set(members).size);
    }
  });

  it('has a key for whatever stands in a collection', () => {
    const keyed = (name: string): boolean => {
      const type = names.get(name);
      return isObject(type) && (type.$Key !== undefined || (typeof type.$BaseType === 'string' && keyed(type.$BaseType)));
    };
    const collections: string[] = [];
    for (const member of names.values()) {
      if (!isObject(member)) continue;
      for (const inner of Object.values(member)) {
        if (
          isObject(inner) &&
          inner.$Collection === true &&
          (kindOf(inner) === 'NavigationProperty' || kindOf(member) === 'EntityContainer')
        ) {
          collections.push(String(inner.$Type));
        }
      }
    }
    expect(collections.length).toBeGreaterThan(10);
    expect(collections.filter((name) => !keyed(name))).toEqual([]);
  });

  it('navigates to entities, and has values of everything else', () => {
    for (const [name, member] of names) {
      if (kindOf(member) !== 'EntityType' && kindOf(member) !== 'ComplexType') continue;
      for (const [key, inner] of Object.entries(member as CsdlObject)) {
        if (key.startsWith('$') || !isObject(inner)) continue;
        const target = names.get(String(inner.$Type ?? 'Edm.String'));
        expect(kindOf(target) === 'EntityType', `${name}.${key}`).toBe(inner.$Kind === 'NavigationProperty');
      }
    }
  });

  it('gives enum members that are enum members as defaults', () => {
    for (const [name, member] of names) {
      if (!isObject(member)) continue;
      for (const [key, inner] of Object.entries(member)) {
        const type = isObject(inner) ? names.get(String(inner.$Type)) : undefined;
        if (!isObject(inner) || kindOf(type) !== 'EnumType' || inner.$DefaultValue === undefined) continue;
        expect(Object.keys(type as CsdlObject), `${name}.${key}`).toContain(inner.$DefaultValue);
      }
    }
  });

  it('binds operations to what can be reached, each overload once', () => {
    for (const [name, member] of names) {
      if (!Array.isArray(member)) continue;
      const signatures = (member as readonly CsdlObject[]).map(({ $Kind, $Parameter }) => {
        const [binding, ...others] = $Parameter as readonly CsdlObject[];
        // Actions are told apart by what they bind to alone (OData CSDL JSON, section 12.2).
        return JSON.stringify([$Kind, binding?.$Type, binding?.$Collection, $Kind === 'Action' ? [] : others.map(({ $Name }) => $Name)]);
      });
      expect(new Set(signatures).size, name).toBe(signatures.length);
    }
  });

  it('binds navigation to sets that exist', () => {
    const container = names.get('microsoft.graph.GraphService');
    if (!isObject(container)) throw new Error('no container');
    /** The type that a path leads to from a type. */
    const walk = (from: string, path: readonly string[]): string | undefined => {
      let at = from;
      for (const segment of path) {
        if (segment.includes('.')) at = segment;
        else {
          let step: CsdlValue | undefined;
          for (let type = names.get(at); isObject(type); type = names.get(String(type.$BaseType))) step ??= type[segment];
          if (!isObject(step)) return undefined;
          at = String(step.$Type);
        }
      }
      return at;
    };
    let bindings = 0;
    for (const [name, member] of Object.entries(container)) {
      if (!isObject(member)) continue;
      for (const [path, target] of Object.entries(isObject(member.$NavigationPropertyBinding) ? member.$NavigationPropertyBinding : {})) {
        bindings += 1;
        expect(walk(String(member.$Type), path.split('/')), `${name}: ${path}`).toBeDefined();
        const [root = '', ...below] = String(target).split('/');
        const start = container[root];
        expect(isObject(start) ? walk(String(start.$Type), below) : undefined, `${name}: ${path} -> ${target}`).toBeDefined();
      }
    }
    expect(bindings).toBeGreaterThan(version === 'beta' ? 40 : 10);
  });

  it('reads back as the model, without what is not served', () => {
    const { 'microsoft.graph': graph, ...rest } = document;
    const { $Alias: _, ...members } = graph as CsdlObject;
    const read = loadSchema(version, { ...rest, 'microsoft.graph': members });
    const full = shippedSchemas[version];
    expect([...read.enums.values()]).toEqual([...full.enums.values()]);
    expect([...read.types.keys()]).toEqual([...full.types.keys()]);
    for (const [name, type] of read.types) {
      const original = full.types.get(name);
      const shape = ({ properties }: typeof type) => [...properties.values()].map((one) => ({ ...one, type: one.type.name }));
      expect(shape(type)).toEqual(original === undefined ? [] : shape(original));
      expect({ abstract: type.abstract, open: type.open, base: type.base?.name }).toEqual({
        abstract: original?.abstract,
        open: original?.open,
        base: original?.base?.name,
      });
    }
  });
});

/** The XML form back in the JSON form, with nothing but the rules of the XML form. */
function jsonOf(root: XmlElement): CsdlObject {
  const flag = (value: string | undefined) => (value === 'true' ? true : undefined);
  const typed = ({ attributes: { Type, Nullable } }: XmlElement, navigation = false): CsdlObject => {
    const element = /^Collection\((.*)\)$/.exec(Type ?? '')?.[1];
    const name = element ?? Type ?? '';
    const nullable = Nullable !== 'false' && !(navigation && element !== undefined);
    return defined({
      $Collection: element === undefined ? undefined : true,
      $Type: name === 'Edm.String' ? undefined : name,
      $Nullable: nullable || undefined,
    });
  };
  const defined = (value: Record<string, CsdlValue | undefined>) =>
    Object.fromEntries(Object.entries(value).filter((entry): entry is [string, CsdlValue] => entry[1] !== undefined));
  const annotations = ({ children }: XmlElement) =>
    Object.fromEntries(children.filter(({ name }) => name === 'Annotation').map(({ attributes: a }) => [`@${a.Term}`, a.Bool === 'true']));
  const child = ({ children }: XmlElement, name: string) => children.filter((one) => one.name === name);

  const namespaces = child(child(root, 'edmx:DataServices')[0]!, 'Schema').map((schema): [string, CsdlObject] => {
    const members: Record<string, CsdlValue> = schema.attributes.Alias === undefined ? {} : { $Alias: schema.attributes.Alias };
    for (const element of schema.children) {
      const { attributes: a } = element;
      const name = a.Name ?? '';
      const before = members[name];
      if (before !== undefined && !Array.isArray(before)) throw new Error(`${name} twice`);
      switch (element.name) {
        case 'EnumType':
          members[name] = defined({
            $Kind: 'EnumType',
            $UnderlyingType: a.UnderlyingType,
            $IsFlags: flag(a.IsFlags),
            ...Object.fromEntries(element.children.map((member) => [member.attributes.Name, Number(member.attributes.Value)])),
          });
          break;
        case 'EntityType':
        case 'ComplexType': {
          const key = child(element, 'Key')[0]?.children.map((one) => one.attributes.Name ?? '');
          const own = element.children.flatMap((one): [string, CsdlValue][] => {
            const navigation = one.name === 'NavigationProperty';
            if (one.name !== 'Property' && !navigation) return [];
            const { DefaultValue: given, ContainsTarget } = one.attributes;
            const type = one.attributes.Type;
            const parsed = type === 'Edm.Boolean' || type === 'Edm.Int32' ? given && JSON.parse(given) : given;
            const kind = navigation ? 'NavigationProperty' : undefined;
            const more = { $DefaultValue: parsed, $ContainsTarget: flag(ContainsTarget) };
            return [[one.attributes.Name ?? '', defined({ $Kind: kind, ...typed(one, navigation), ...more, ...annotations(one) })]];
          });
          members[name] = defined({
            $Kind: element.name,
            $BaseType: a.BaseType,
            $Abstract: flag(a.Abstract),
            $OpenType: flag(a.OpenType),
            $Key: key,
            ...Object.fromEntries(own),
          });
          break;
        }
        case 'Action':
        case 'Function': {
          const parameters = child(element, 'Parameter').map((one) => ({ $Name: one.attributes.Name ?? '', ...typed(one) }));
          const [returns] = child(element, 'ReturnType');
          const overload = defined({
            $Kind: element.name,
            $IsBound: flag(a.IsBound),
            $Parameter: parameters.length === 0 ? undefined : parameters,
            $ReturnType: returns && typed(returns),
          });
          members[name] = [...(before ?? []), overload];
          break;
        }
        case 'EntityContainer':
          members[name] = {
            $Kind: 'EntityContainer',
            ...Object.fromEntries(
              element.children.map((one) => {
                const bindings = one.children.map(({ attributes }) => [attributes.Path, attributes.Target]);
                const set = one.name === 'EntitySet';
                return [
                  one.attributes.Name,
                  defined({
                    $Collection: set || undefined,
                    $Type: set ? one.attributes.EntityType : one.attributes.Type,
                    $NavigationPropertyBinding: bindings.length === 0 ? undefined : Object.fromEntries(bindings),
                  }),
                ];
              }),
            ),
          };
          break;
        default:
          throw new Error(`unknown element ${element.name}`);
      }
    }
    return [schema.attributes.Namespace ?? '', members];
  });
  return Object.fromEntries(namespaces);
}

describe.each(versions)('%s as CSDL XML', (version) => {
  const root = readXml(csdlXml(documents[version]));

  it('is well-formed and says its version', () => {
    expect(root.name).toBe('edmx:Edmx');
    expect(root.attributes.Version).toBe('4.01');
    expect(readXml(csdlXml(documents[version], '4.0')).attributes.Version).toBe('4.0');
  });

  it('says the same as the JSON form', () => {
    const { $Version: _version, $EntityContainer: _container, $Reference: _reference, ...namespaces } = documents[version];
    expect(jsonOf(root)).toEqual(namespaces);
  });

  it('refers to the vocabulary of its annotations', () => {
    const reference = root.children.find(({ name }) => name === 'edmx:Reference');
    expect(reference?.children.map(({ attributes }) => attributes.Namespace)).toEqual(['Org.OData.Core.V1']);
  });
});

it('every version has its own container, assignments and actions', () => {
  const beta = documents.beta['microsoft.graph'] as CsdlObject;
  expect(beta.deviceConfigurationAssignment).toEqual({
    $Kind: 'EntityType',
    $BaseType: 'microsoft.graph.entity',
    source: {
      $Type: 'microsoft.graph.deviceAndAppManagementAssignmentSource',
      $DefaultValue: 'direct',
      '@Org.OData.Core.V1.Computed': true,
    },
    sourceId: { $Nullable: true, '@Org.OData.Core.V1.Computed': true },
    intent: { $Type: 'microsoft.graph.deviceConfigAssignmentIntent', $DefaultValue: 'apply' },
    target: { $Type: 'microsoft.graph.deviceAndAppManagementAssignmentTarget', $Nullable: true },
  });
  expect(documents['v1.0'].muster).toBeUndefined();
  expect(Object.keys(documents.beta.muster as CsdlObject)).toContain('explain');
});

it.each([
  ['a & b < c > d', 'a &amp; b &lt; c &gt; d'],
  ['"quoted"', '&quot;quoted&quot;'],
  ['two\nlines\tand\r', 'two&#10;lines&#9;and&#13;'],
])('escapes %j', (text, escaped) => expect(escapeXml(text)).toBe(escaped));
