/**
 * Reads the models of `@microsoft/msgraph-beta-sdk` as text: each `deserializeIntoX` names the base and, per property, the
 * wire name and the reader of its kind; each `serializeX` names what a client may write; each `XObject` an enum.
 */
import { type Draft, type DraftEnum, type DraftProperty, type DraftType, setKinds, wireName } from './draft.js';

const primitiveOfReader: Readonly<Record<string, string>> = {
  getStringValue: 'Edm.String',
  getGuidValue: 'Edm.Guid',
  getBooleanValue: 'Edm.Boolean',
  getNumberValue: 'Edm.Int32',
  getDateValue: 'Edm.DateTimeOffset',
  getDateOnlyValue: 'Edm.Date',
  getTimeOnlyValue: 'Edm.TimeOfDay',
  getDurationValue: 'Edm.Duration',
  getByteArrayValue: 'Edm.Binary',
};

const functionStart = /^export function (deserializeInto|serialize)(\w+)\(/;
const enumStart = /^export const (\w+)Object = \{$/;
const enumMember = /^ {4}\w+: "([^"]*)",$/;
const readEntry = /"([^"]+)": n => \{[^}]*?n\.(get\w+)\(([^()]*)\)/g;
const writeEntry = /writer\.(write\w+)\("([^"]+)"/g;
const baseCall = /Object\.assign\(\{\}, deserializeInto(\w+)\(|Object\.assign\(\{\}, (I[0-9a-f]{40,})\(/;

interface Imports {
  /** Local name of an imported function to the dotted type it serves. */
  readonly typeOf: ReadonlyMap<string, string>;
}

function readImports(lines: readonly string[]): Imports {
  const typeOf = new Map<string, string>();
  for (const line of lines) {
    const match = /^import \{(.*)\} from '\.\/(.*)\/index\.js';$/.exec(line);
    if (match === null) continue;
    const namespace = (match[2] ?? '').replaceAll('/', '.');
    for (const clause of (match[1] ?? '').split(',')) {
      const [original = '', local = original] = clause.trim().split(' as ');
      const type = /^(?:create(\w+)FromDiscriminatorValue|deserializeInto(\w+)|(\w+)Object)$/.exec(original);
      const name = type?.[1] ?? type?.[2] ?? type?.[3];
      if (name !== undefined) typeOf.set(local, `${namespace}.${wireName(name)}`);
    }
  }
  return { typeOf };
}

function typeOfArgument(argument: string, imports: Imports): string {
  const imported = imports.typeOf.get(argument);
  if (imported !== undefined) return imported;
  if (argument.startsWith('createUntypedNode')) return 'Edm.Untyped';
  const name = /^create(\w+)FromDiscriminatorValue$/.exec(argument)?.[1] ?? /^(\w+)Object$/.exec(argument)?.[1] ?? argument;
  return wireName(name.replace(/Escaped$/, ''));
}

function readProperty(name: string, reader: string, argument: string, imports: Imports): DraftProperty | undefined {
  const shape = (type: string, collection: boolean): DraftProperty => ({
    name,
    type,
    collection,
    nullable: true,
    readOnly: false,
    navigation: undefined,
  });
  const primitive = primitiveOfReader[reader];
  if (primitive !== undefined) return shape(primitive, false);
  if (reader === 'getEnumValue' || reader === 'getObjectValue') return shape(typeOfArgument(argument, imports), false);
  if (reader === 'getCollectionOfObjectValues' || reader === 'getCollectionOfEnumValues') {
    return shape(typeOfArgument(argument, imports), true);
  }
  if (reader === 'getCollectionOfPrimitiveValues') return shape(argument === '"number"' ? 'Edm.Int32' : 'Edm.String', true);
  return undefined;
}

/**
 * The whole SDK as a draft of the beta model. Numbers are all Int32 and everything is nullable: the SDK does not say. An enum
 * that is read as a list and written as one value is a flags enum.
 */
export function readSdkModels(source: string): Draft {
  const lines = source.split('\n');
  const imports = readImports(lines);
  const types = new Map<string, DraftType>();
  const enums = new Map<string, DraftEnum>();
  const written = new Map<string, Map<string, string>>();
  const lists = new Set<DraftProperty>();

  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const enumName = enumStart.exec(line)?.[1];
    if (enumName !== undefined) {
      const members = new Map<string, number>();
      for (at += 1; lines[at] !== '};' && at < lines.length; at += 1) {
        const member = enumMember.exec(lines[at] ?? '')?.[1];
        if (member !== undefined) members.set(member, members.size);
      }
      enums.set(wireName(enumName), { name: wireName(enumName), members, flags: false });
      continue;
    }
    const start = functionStart.exec(line);
    if (start === null) continue;
    const from = at + 1;
    while (lines[at] !== '}' && at < lines.length) at += 1;
    const body = lines.slice(from, at).join('\n');
    const name = wireName(start[2] ?? '');
    if (start[1] === 'serialize') {
      written.set(name, new Map([...body.matchAll(writeEntry)].map((match) => [match[2] ?? '', match[1] ?? ''])));
      continue;
    }
    const base = baseCall.exec(body);
    const properties = new Map<string, DraftProperty>();
    for (const [, property = '', reader = '', argument = ''] of body.matchAll(readEntry)) {
      if (property === '@odata.type' || property.startsWith('@')) continue;
      const read = readProperty(property, reader, argument, imports);
      if (read === undefined) continue;
      properties.set(property, read);
      if (reader === 'getCollectionOfEnumValues') lists.add(read);
    }
    const baseName = base?.[1] !== undefined ? wireName(base[1]) : base?.[2] !== undefined ? imports.typeOf.get(base[2]) : undefined;
    types.set(name, { name, kind: 'complex', base: baseName, abstract: false, open: false, properties });
  }

  for (const type of types.values()) {
    const writes = written.get(type.name);
    for (const property of type.properties.values()) {
      const writer = writes?.get(property.name);
      property.readOnly = writer === undefined;
      if (!lists.has(property)) continue;
      if (writer === 'writeCollectionOfEnumValues') lists.delete(property);
      const flagged = enums.get(property.type);
      if (writer === 'writeEnumValue' && flagged !== undefined) flagged.flags = true;
    }
  }
  // A list of a flags enum that nobody writes (a read-only property) is taken for one flags value too.
  for (const property of lists) if (enums.get(property.type)?.flags === true) property.collection = false;
  setKinds({ types, enums });
  return { types, enums };
}
