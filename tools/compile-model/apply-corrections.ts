/** Lays the corrections over a draft, in place. A correction that finds nothing to correct is a mistake in the file and is reported. */
import { type Corrections, forVersion, type ModelVersion } from './corrections.js';
import { type Draft, type DraftProperty, type DraftType, selfAndBases, setKinds } from './draft.js';
import { numberMembers } from './enum-values.js';

/** `Collection(Edm.String)` or `Edm.String`, taken apart. */
export function parseTypeText(text: string): { readonly type: string; readonly collection: boolean } {
  const inner = /^Collection\((.*)\)$/.exec(text)?.[1];
  return { type: inner ?? text, collection: inner !== undefined };
}

/** Returns what did not apply, one line each. */
export function applyCorrections(draft: Draft, corrections: Corrections, version: ModelVersion): readonly string[] {
  const work: Work = { draft, corrections, version, problems: [] };
  addTypesAndEnums(work);
  settleEnums(work);
  settleMembers(work);
  settleNavigation(work);
  settleTypes(work);
  return work.problems;
}

/** What is being corrected and what went wrong so far, which every step needs. */
interface Work {
  readonly draft: Draft;
  readonly corrections: Corrections;
  readonly version: ModelVersion;
  readonly problems: string[];
}

function addTypesAndEnums(work: Work): void {
  for (const entry of forVersion(work.corrections.types, work.version)) {
    for (const [name, added] of Object.entries(entry.add)) {
      if (work.draft.types.has(name)) report(work, 'types', `${name} is already known`);
      const properties = new Map(Object.entries(added.properties).map(([key, value]) => [key, addedProperty(key, value)]));
      work.draft.types.set(name, { name, kind: 'complex', base: added.base, abstract: false, open: false, properties });
    }
  }
  for (const entry of forVersion(work.corrections.enums, work.version)) {
    for (const [name, members] of Object.entries(entry.add)) {
      if (work.draft.enums.has(name)) report(work, 'enums', `${name} is already known`);
      work.draft.enums.set(name, { name, members: new Map(members.map((member, at) => [member, at])), flags: false });
    }
  }
  setKinds(work.draft);
  for (const entry of forVersion(work.corrections.entities, work.version)) {
    for (const name of entry.types) changeType(work, name, 'entities', { kind: 'entity' });
  }
}

function settleEnums(work: Work): void {
  for (const entry of forVersion(work.corrections.flags, work.version)) {
    for (const name of entry.enums) {
      const read = work.draft.enums.get(name);
      if (read === undefined) report(work, 'flags', `no enum ${name}`);
      else read.flags = true;
    }
  }
  const given = new Map(forVersion(work.corrections.enumValues, work.version).flatMap((entry) => Object.entries(entry.set)));
  for (const [name, values] of given) {
    const members = work.draft.enums.get(name)?.members;
    for (const member of Object.keys(values)) if (!members?.has(member)) report(work, 'enumValues', `no member ${name}.${member}`);
  }
  for (const read of work.draft.enums.values()) numberMembers(read, given.get(read.name) ?? {});
}

function settleMembers(work: Work): void {
  for (const entry of forVersion(work.corrections.properties, work.version)) {
    for (const [path, value] of Object.entries(entry.add)) addMember(work, path, value);
  }
  for (const entry of forVersion(work.corrections.remove, work.version)) {
    for (const path of entry.members) changeMember(work, path, 'remove', (property, type) => type.properties.delete(property.name));
  }
  for (const entry of forVersion(work.corrections.kinds, work.version)) {
    for (const path of entry.members) changeMember(work, path, 'kinds', (property) => Object.assign(property, parseTypeText(entry.as)));
  }
  for (const entry of forVersion(work.corrections.nullability, work.version)) {
    const { nullable } = entry;
    for (const path of entry.members) changeMember(work, path, 'nullability', (property) => Object.assign(property, { nullable }));
  }
  for (const entry of forVersion(work.corrections.readOnly, work.version)) {
    const { readOnly } = entry;
    for (const path of entry.members) changeMember(work, path, 'readOnly', (property) => Object.assign(property, { readOnly }));
  }
  for (const entry of forVersion(work.corrections.defaults, work.version)) {
    for (const [path, defaultValue] of Object.entries(entry.set)) {
      changeMember(work, path, 'defaults', (property) => Object.assign(property, { defaultValue }));
    }
  }
}

/** Graph's convention: a member whose type is an entity type is a navigation; it contains its target unless that lives in its own set. */
function settleNavigation(work: Work): void {
  const homes = new Set(forVersion(work.corrections.referenceTargets, work.version).flatMap((entry) => entry.types));
  for (const type of work.draft.types.values()) {
    for (const property of type.properties.values()) {
      if (work.draft.types.get(property.type)?.kind !== 'entity') continue;
      property.navigation = { contains: !selfAndBases(work.draft, property.type).some((target) => homes.has(target.name)) };
    }
  }
  for (const entry of forVersion(work.corrections.navigation, work.version)) {
    const navigation = entry.as === 'structural' ? undefined : { contains: entry.as === 'contained' };
    for (const path of entry.members) changeMember(work, path, 'navigation', (property) => Object.assign(property, { navigation }));
  }
}

function settleTypes(work: Work): void {
  for (const entry of forVersion(work.corrections.abstract, work.version)) {
    for (const name of entry.types) changeType(work, name, 'abstract', { abstract: true });
  }
  for (const entry of forVersion(work.corrections.open, work.version)) {
    for (const name of entry.types) changeType(work, name, 'open', { open: true });
  }
  for (const entry of forVersion(work.corrections.order, work.version)) {
    const type = work.draft.types.get(entry.type);
    if (type === undefined) report(work, 'order', `no type ${entry.type}`);
    else orderFirst(type, entry.first);
  }
}

function report(work: Work, section: string, problem: string): void {
  work.problems.push(`${work.version} ${section}: ${problem}`);
}

function changeType(work: Work, name: string, section: string, change: Partial<DraftType>): void {
  const type = work.draft.types.get(name);
  if (type === undefined) report(work, section, `no type ${name}`);
  else Object.assign(type, change);
}

function changeMember(work: Work, path: string, section: string, change: (property: DraftProperty, type: DraftType) => void): void {
  const [typeName, name] = splitPath(path);
  const type = work.draft.types.get(typeName);
  const property = type?.properties.get(name);
  if (type === undefined || property === undefined) report(work, section, `no property ${path}`);
  else change(property, type);
}

function addMember(work: Work, path: string, value: AddedProperty): void {
  const [typeName, name] = splitPath(path);
  const type = work.draft.types.get(typeName);
  if (type === undefined) {
    report(work, 'properties', `no type ${typeName}`);
    return;
  }
  if (type.properties.has(name)) report(work, 'properties', `${path} is already known`);
  const own = [...type.properties, [name, addedProperty(name, value)] as const];
  type.properties = new Map(own.sort(([a], [b]) => byLetters(a, b)));
}

interface AddedProperty {
  readonly type: string;
  readonly nullable: boolean;
  readonly readOnly: boolean;
}

function addedProperty(name: string, value: AddedProperty): DraftProperty {
  return { name, ...parseTypeText(value.type), nullable: value.nullable, readOnly: value.readOnly, navigation: undefined };
}

function splitPath(path: string): readonly [string, string] {
  const dot = path.lastIndexOf('.');
  return [path.slice(0, dot), path.slice(dot + 1)];
}

/** The packages list members by name, capitals as small letters. */
function byLetters(a: string, b: string): number {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** A name that the version lacks is passed over: one order serves both. */
function orderFirst(type: DraftType, first: readonly string[]): void {
  const known = first.flatMap((name) => {
    const property = type.properties.get(name);
    return property === undefined ? [] : [[name, property] as const];
  });
  type.properties = new Map([...known, ...type.properties]);
}
