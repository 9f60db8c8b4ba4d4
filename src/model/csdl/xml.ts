/** A CSDL JSON document as CSDL XML 4.01 (both OASIS forms say the same; the sections named here are those of the XML form). */
import { CORE_VOCABULARY, type CsdlObject, type CsdlValue } from './document.js';

export type CsdlVersion = '4.0' | '4.01';

/** Undefined attributes are left out. */
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * @param document as `csdlDocument` makes it
 * @param version what the document says of itself. It uses nothing that 4.0 lacks.
 */
export function csdlXml(document: CsdlObject, version: CsdlVersion = '4.01'): string {
  const schemas = Object.entries(document).filter(([name]) => !name.startsWith('$'));
  const include = element('edmx:Include', { Namespace: 'Org.OData.Core.V1', Alias: 'Core' }, [], 2);
  const lines = [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<edmx:Edmx Version="${version}" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">`,
    ...element('edmx:Reference', { Uri: `${CORE_VOCABULARY}.xml` }, include, 1),
    ...element(
      'edmx:DataServices',
      {},
      schemas.flatMap(([name, members]) => schema(name, object(members))),
      1,
    ),
    '</edmx:Edmx>',
  ];
  return `${lines.join('\n')}\n`;
}

/** For text in attribute values between double quotes. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"\t\n\r]/g, (character) => ESCAPES[character] ?? '');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

function element(name: string, attributes: Attributes, children: readonly string[], depth: number): readonly string[] {
  const indent = '  '.repeat(depth);
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escapeXml(String(value))}"`],
  );
  const open = `${indent}<${name}${given.join('')}`;
  return children.length === 0 ? [`${open} />`] : [`${open}>`, ...children, `${indent}</${name}>`];
}

function schema(namespace: string, members: CsdlObject): readonly string[] {
  const children = Object.entries(members).flatMap(([name, member]) => {
    if (name.startsWith('$')) return [];
    if (Array.isArray(member)) return member.flatMap((overload) => operation(name, object(overload)));
    return schemaMember(name, object(member as CsdlValue));
  });
  const attributes = { Namespace: namespace, Alias: text(members.$Alias), xmlns: 'http://docs.oasis-open.org/odata/ns/edm' };
  return element('Schema', attributes, children, 2);
}

function schemaMember(name: string, member: CsdlObject): readonly string[] {
  switch (member.$Kind) {
    case 'EnumType':
      return enumType(name, member);
    case 'EntityContainer':
      return container(name, member);
    default:
      return structuredType(name, member);
  }
}

function enumType(name: string, type: CsdlObject): readonly string[] {
  const members = membersOf(type).flatMap(([member, value]) => element('Member', { Name: member, Value: Number(value) }, [], 4));
  return element(
    'EnumType',
    { Name: name, UnderlyingType: text(type.$UnderlyingType), IsFlags: type.$IsFlags === true || undefined },
    members,
    3,
  );
}

function structuredType(name: string, type: CsdlObject): readonly string[] {
  const keys = Array.isArray(type.$Key) ? type.$Key.flatMap((key) => element('PropertyRef', { Name: String(key) }, [], 5)) : [];
  const children = membersOf(type).flatMap(([member, value]) => structuredMember(member, object(value)));
  const attributes = {
    Name: name,
    BaseType: text(type.$BaseType),
    Abstract: type.$Abstract === true || undefined,
    OpenType: type.$OpenType === true || undefined,
  };
  return element(String(type.$Kind), attributes, [...(keys.length === 0 ? [] : element('Key', {}, keys, 4)), ...children], 3);
}

function structuredMember(name: string, member: CsdlObject): readonly string[] {
  const navigation = member.$Kind === 'NavigationProperty';
  const attributes = {
    Name: name,
    Type: typeText(member),
    // The defaults of the two forms are opposite. A collection of entities must not say it (section 8.3).
    Nullable: member.$Nullable === true || (navigation && member.$Collection === true) ? undefined : false,
    DefaultValue: member.$DefaultValue === undefined || member.$DefaultValue === null ? undefined : String(member.$DefaultValue),
    ContainsTarget: member.$ContainsTarget === true || undefined,
  };
  const annotations = Object.entries(member).flatMap(([key, value]) =>
    key.startsWith('@') ? element('Annotation', { Term: key.slice(1), Bool: value === true }, [], 5) : [],
  );
  return element(navigation ? 'NavigationProperty' : 'Property', attributes, annotations, 4);
}

function operation(name: string, overload: CsdlObject): readonly string[] {
  const parameters = (Array.isArray(overload.$Parameter) ? overload.$Parameter : []).map(object).flatMap((parameter) => {
    return element('Parameter', { Name: text(parameter.$Name), Type: typeText(parameter), Nullable: nullability(parameter) }, [], 4);
  });
  const returned = overload.$ReturnType === undefined ? undefined : object(overload.$ReturnType);
  const returns = returned === undefined ? [] : element('ReturnType', { Type: typeText(returned), Nullable: nullability(returned) }, [], 4);
  const attributes = { Name: name, IsBound: overload.$IsBound === true || undefined };
  return element(String(overload.$Kind), attributes, [...parameters, ...returns], 3);
}

function nullability(typed: CsdlObject): false | undefined {
  return typed.$Nullable === true ? undefined : false;
}

function container(name: string, members: CsdlObject): readonly string[] {
  const children = membersOf(members).flatMap(([member, value]) => {
    const { $Collection, $Type, $NavigationPropertyBinding } = object(value);
    const bindings = Object.entries(object($NavigationPropertyBinding ?? {})).flatMap(([path, target]) =>
      element('NavigationPropertyBinding', { Path: path, Target: String(target) }, [], 5),
    );
    if ($Collection === true) return element('EntitySet', { Name: member, EntityType: text($Type) }, bindings, 4);
    return element('Singleton', { Name: member, Type: text($Type) }, bindings, 4);
  });
  return element('EntityContainer', { Name: name }, children, 3);
}

function membersOf(parent: CsdlObject): readonly (readonly [string, CsdlValue])[] {
  return Object.entries(parent).filter(([name]) => !name.startsWith('$') && !name.startsWith('@'));
}

function typeText(typed: CsdlObject): string {
  const name = text(typed.$Type) ?? 'Edm.String';
  return typed.$Collection === true ? `Collection(${name})` : name;
}

function text(value: CsdlValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function object(value: CsdlValue): CsdlObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as CsdlObject) : {};
}
