/**
 * The first reading of an export: everything is looked at and nothing is kept but who is there, who is meant, and what is wrong. The second
 * one (`emit`) makes the lines.
 */
import type { FileContent } from './files/content.js';
import { readContent } from './files/content.js';
import type { Fault, Place } from './files/fault.js';
import { placeText } from './files/fault.js';
import { isKeepable, isNamed, MOST_LINE_BYTES, nameKey, type Tier } from './lines.js';
import type { ExchangeModel } from './model.js';
import type { ExportedFile, OpenedExport } from './open-export.js';
import {
  type AssignmentsRecord,
  type ExportRecord,
  type FormatName,
  type GroupReference,
  type Home,
  type ObjectRecord,
  type ReadAssignment,
  type Reference,
  referenceKey,
} from './record.js';

/** An object that others may mean by its id or name. */
export interface NamedObject {
  readonly home: Home;
  readonly type: string;
  readonly id: string | undefined;
  readonly name: string;
  readonly place: Place;
}

/** Somebody who is meant, and how often. */
export interface Meant<T extends Reference = Reference> {
  readonly reference: T;
  readonly uses: number;
  /** The first few places. */
  readonly places: readonly Place[];
}

export interface Scan {
  readonly exports: readonly OpenedExport[];
  readonly objects: readonly NamedObject[];
  /** Names of objects that are not in the export, by id. */
  readonly names: ReadonlyMap<string, string>;
  readonly groups: ReadonlyMap<string, Meant<GroupReference>>;
  readonly filters: ReadonlyMap<string, Meant>;
  readonly scopeTags: ReadonlyMap<string, Meant>;
  readonly configurations: ReadonlyMap<string, Meant>;
  /** Assignments that stand apart from their object, by its id or its name. */
  readonly apart: ReadonlyMap<string, readonly ReadAssignment[]>;
  /** Formats whose exports say assignments: there an object without any has none. */
  readonly saysAssignments: ReadonlySet<FormatName>;
  /** What its configurations refer to among each other, by id or name key. */
  readonly refersTo: ReadonlyMap<string, readonly Reference[]>;
  /** Where to look for what. */
  readonly filesOf: ReadonlyMap<Tier, readonly ExportedFile[]>;
  /** Objects by the name of their type, links as `link`. */
  readonly counts: ReadonlyMap<string, number>;
  readonly lines: number;
  readonly kept: ReadonlyMap<string, number>;
  readonly leftOut: ReadonlyMap<string, { readonly count: number; readonly place: Place }>;
  readonly faults: readonly Fault[];
  /** Things that are wrong, as `placeText`: what comes of them is left out. */
  readonly faulty: ReadonlySet<string>;
}

export interface ScanOptions {
  /** What an object by itself has wrong, if anything. */
  readonly check?: (record: ObjectRecord) => string | undefined;
  readonly seen?: (files: number) => void;
  readonly stopped?: () => boolean;
}

const MOST_PLACES = 5;

export const apartKey = (home: Home, owner: { readonly id?: string; readonly name?: string }): string =>
  `${home}\0${owner.id !== undefined ? `id\0${owner.id.toLowerCase()}` : `name\0${fileNameOf(owner.name ?? '')}`}`;

/** As PowerShell tools make file names of names, upper and lower case alike. */
export const fileNameOf = (name: string): string =>
  name
    .replace(/[\p{Cc}"<>|:*?\\/]/gu, '_')
    .trim()
    .toLowerCase();

/** The records of a file, or what is wrong with it. */
export async function recordsOfFile(file: ExportedFile, model: ExchangeModel): Promise<Iterable<ExportRecord>> {
  const content: FileContent | Fault = await readContent(file, file.kind, file.shown);
  if ('reason' in content) {
    const { reason, ...place } = content;
    return [{ kind: 'fault', place, reason }];
  }
  return file.reader.records({ path: file.path, shown: file.shown }, content, model);
}

/** Several exports are taken for one: what one of them names may stand in another. */
export async function scanExports(exports: readonly OpenedExport[], model: ExchangeModel, options: ScanOptions = {}): Promise<Scan> {
  const building = createScan(exports, options);
  for (const [index, file] of exports.flatMap(({ files }) => files).entries()) {
    if (options.stopped?.() === true) break;
    for (const record of await recordsOfFile(file, model)) building.add(record, file);
    options.seen?.(index + 1);
  }
  return building.finish();
}

function createScan(exports: readonly OpenedExport[], { check }: ScanOptions) {
  const objects: NamedObject[] = [];
  const names = new Map<string, string>();
  const meant = { groups: new Map<string, Meant<GroupReference>>(), filters: table(), scopeTags: table(), configurations: table() };
  const apart = new Map<string, ReadAssignment[]>();
  const apartOf: AssignmentsRecord[] = [];
  const refersTo = new Map<string, readonly Reference[]>();
  const filesOf = new Map<Tier, ExportedFile[]>();
  const counts = new Map<string, number>();
  const kept = new Map<string, number>();
  const leftOut = new Map<string, { count: number; readonly place: Place }>();
  const faults: Fault[] = [];
  const faulty = new Set<string>();
  /** Ids, and names of what has no id, with the number of the file. */
  const known = new Map<string, number>();
  const fileNumbers: ExportedFile[] = [];
  let lines = 0;
  const saysAssignments = new Set<FormatName>();

  function wrong(place: Place, reason: string): void {
    faults.push({ ...place, reason });
    faulty.add(placeText(place));
  }

  function leave(what: string, place: Place): void {
    const before = leftOut.get(what);
    if (before === undefined) leftOut.set(what, { count: 1, place });
    else before.count += 1;
  }

  function within(tier: Tier, file: ExportedFile): void {
    const list = filesOf.get(tier);
    if (list === undefined) filesOf.set(tier, [file]);
    else if (list.at(-1) !== file) list.push(file);
    lines += 1;
  }

  function claim(home: Home, key: string, file: ExportedFile, place: Place, what: string): boolean {
    const number = fileNumbers.at(-1) === file ? fileNumbers.length - 1 : fileNumbers.push(file) - 1;
    const full = `${home}\0${key}`;
    const before = known.get(full);
    if (before === undefined) {
      known.set(full, number);
      return true;
    }
    const other = fileNumbers[before];
    wrong(place, `${what} stands in ${other === file ? 'this file' : other?.shown} already. Keep one of the two.`);
    return false;
  }

  function faultOf(record: ObjectRecord): string | undefined {
    const { home, type, id, name } = record;
    if (id === undefined && (!isNamed(home) || name === undefined)) {
      return `The ${type} has no id${isNamed(home) ? ' and no name' : ''}: nobody can say which one it is.`;
    }
    return check?.(record);
  }

  function addObject(record: ObjectRecord, file: ExportedFile): void {
    const { home, type, id, name, place } = record;
    const what = id === undefined ? `A ${type} named '${name ?? ''}'` : `The ${home} '${id}'`;
    if (!claim(home, id ?? nameKey(record), file, place, what)) return;
    const reason = faultOf(record);
    if (reason !== undefined) {
      wrong(place, reason);
      return;
    }
    if (isNamed(home)) objects.push({ home, type, id, name: name ?? '', place });
    count(counts, type);
    within(home, file);
    if (record.assignments !== undefined) {
      if (record.assignments.length > 0) saysAssignments.add(file.reader.format);
      mention(record.assignments, place);
    }
    for (const tag of record.scopeTags?.tags ?? []) note(meant.scopeTags, tag, place);
    if (record.bindings === undefined) return;
    const to = record.bindings.flatMap((binding) => binding.to);
    refersTo.set(id ?? nameKey(record), to);
    for (const reference of to) note(meant.configurations, reference, place);
  }

  function mention(assignments: readonly ReadAssignment[], place: Place): void {
    for (const { group, filter } of assignments) {
      if (group !== undefined) note(meant.groups, group, place);
      if (filter !== undefined) note(meant.filters, filter, place);
    }
  }

  return {
    add(record: ExportRecord, file: ExportedFile): void {
      const { place } = record;
      switch (record.kind) {
        case 'object':
          addObject(record, file);
          break;
        case 'link':
          count(counts, 'link');
          within('link', file);
          break;
        case 'kept':
          if (!isKeepable(record)) {
            leave(`${record.type} larger than ${MOST_LINE_BYTES / 1024 / 1024} MiB, the most that is kept`, place);
            break;
          }
          count(kept, record.type);
          within('kept', file);
          break;
        case 'name':
          names.set(record.id, record.name);
          break;
        case 'assignments':
          saysAssignments.add(file.reader.format);
          apartOf.push(record);
          mention(record.assignments, place);
          break;
        case 'leftOut':
          leave(record.what, place);
          break;
        case 'fault':
          wrong(place, record.reason);
      }
    },
    finish(): Scan {
      const owners = new Set<string>();
      for (const { home, id, name } of objects) {
        if (id !== undefined) owners.add(apartKey(home, { id }));
        owners.add(apartKey(home, { name }));
      }
      for (const { home, owner, assignments, place } of apartOf) {
        const { id, name } = owner;
        const keys = [id === undefined ? undefined : apartKey(home, { id }), name === undefined ? undefined : apartKey(home, { name })];
        const key = keys.find((each) => each !== undefined && owners.has(each));
        if (key === undefined) wrong(place, `Its assignments are of the ${home} '${name ?? id}', which is not in the export.`);
        else apart.set(key, [...(apart.get(key) ?? []), ...assignments]);
      }
      return { exports, objects, names, ...meant, apart, saysAssignments, refersTo, filesOf, counts, lines, kept, leftOut, faults, faulty };
    },
  };
}

const table = () => new Map<string, Meant>();

function note<T extends Reference>(into: Map<string, Meant<T>>, reference: T, place: Place): void {
  const key = referenceKey(reference);
  const before = into.get(key);
  if (before === undefined) into.set(key, { reference, uses: 1, places: [place] });
  else {
    const places =
      before.places.length < MOST_PLACES && before.places.at(-1)?.file !== place.file ? [...before.places, place] : before.places;
    into.set(key, { reference: { ...before.reference, ...reference }, uses: before.uses + 1, places });
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
