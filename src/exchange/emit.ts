/** The second reading of an export: its lines, in an order in which an import can take them, with everybody meant by the tenant's ids. */
import type { JsonObject, JsonValue } from '../kernel/json.js';
import { ExchangeError } from './exchange-error.js';
import type { Place } from './files/fault.js';
import { placeText } from './files/fault.js';
import { isKeepable, nameKey, type Tier, tiers } from './lines.js';
import type { Mapping, Outcome } from './mapping/mapping.js';
import type { ExchangeModel } from './model.js';
import type { ExportedFile } from './open-export.js';
import type { ExportRecord, FormatName, KeptRecord, ObjectRecord, ReadAssignment } from './record.js';
import { apartKey, recordsOfFile, type Scan } from './scan.js';

export interface EmittedLine {
  readonly line: JsonObject;
  readonly place: Place;
}

/** Formats that leave the assignments of an object out where it has none. */
const SILENT: ReadonlySet<FormatName> = new Set<FormatName>(['intuneCd', 'intuneBackup']);

/**
 * @param passedOver told of each thing that cannot be imported
 * @throws ExchangeError where a file is not what it was when it was scanned
 */
export async function* emitLines(
  scan: Scan,
  mapping: Mapping,
  model: ExchangeModel,
  passedOver: (place: Place, reason: string) => void,
): AsyncGenerator<EmittedLine, void, void> {
  const levels = levelsOf(scan, mapping);
  for (const tier of tiers) {
    const rounds = tier === 'deviceConfiguration' ? Math.max(0, ...levels.values()) : 0;
    for (let round = 0; round <= rounds; round++) {
      const wanted = (record: ExportRecord) =>
        tierOf(record) === tier && (record.kind !== 'object' || rounds === 0 || (levels.get(keyOf(record)) ?? 0) === round);
      for (const file of scan.filesOf.get(tier) ?? []) yield* linesOfFile(file, wanted);
    }
    if (tier === 'group') for (const line of mapping.created) yield { line, place: { file: '--missing-groups create' } };
  }

  async function* linesOfFile(file: ExportedFile, wanted: (record: ExportRecord) => boolean): AsyncGenerator<EmittedLine, void, void> {
    for (const record of await recordsOfFile(file, model)) {
      const { place } = record;
      if (record.kind === 'fault' && !scan.faulty.has(placeText(place))) {
        throw new ExchangeError(`${placeText(place)} has changed since it was checked: ${record.reason} Import it again.`);
      }
      if (!wanted(record) || (scan.faulty.size > 0 && scan.faulty.has(placeText(place)))) continue;
      const line = lineOf(record, file);
      if (typeof line === 'string') passedOver(place, line);
      else yield { line, place };
    }
  }

  function lineOf(record: ExportRecord, file: ExportedFile): JsonObject | string {
    if (record.kind === 'link') return record.line;
    if (record.kind === 'kept') return keptLine(record, file);
    if (record.kind !== 'object') return 'It is no object.';
    return objectLine(record, apartOf(record) ?? absent(record, file), mapping) ?? 'It means somebody who is not known.';
  }

  function apartOf(record: ObjectRecord): readonly ReadAssignment[] | undefined {
    const { home, id, name } = record;
    if (record.assignments !== undefined && record.assignments.length > 0) return record.assignments;
    const byId = id === undefined ? undefined : scan.apart.get(apartKey(home, { id }));
    return byId ?? (name === undefined ? undefined : scan.apart.get(apartKey(home, { name }))) ?? record.assignments;
  }

  function absent({ home }: ObjectRecord, { reader }: ExportedFile): readonly ReadAssignment[] | undefined {
    return home === 'deviceConfiguration' && SILENT.has(reader.format) && scan.saysAssignments.has(reader.format) ? [] : undefined;
  }
}

function tierOf(record: ExportRecord): Tier | undefined {
  if (record.kind === 'object') return record.home;
  if (record.kind === 'kept') return isKeepable(record) ? 'kept' : undefined;
  return record.kind === 'link' ? 'link' : undefined;
}

const keyOf = (record: ObjectRecord): string => record.id ?? nameKey(record);

/** How many others have to come before each configuration that refers to others. */
function levelsOf({ refersTo, objects }: Scan, mapping: Mapping): ReadonlyMap<string, number> {
  const keys = new Map<string, string>();
  for (const object of objects) {
    if (object.home !== 'deviceConfiguration') continue;
    const id = mapping.idOf(object);
    if (id !== undefined) keys.set(id, object.id ?? nameKey(object));
  }
  const levels = new Map<string, number>();
  function level(key: string, above: ReadonlySet<string>): number {
    const known = levels.get(key);
    if (known !== undefined) return known;
    // Two that refer to each other cannot both come last; the server says what is wrong with them.
    if (above.has(key)) return 0;
    const to = (refersTo.get(key) ?? []).map((reference) => mapping.configuration(reference));
    const below = to.flatMap((outcome) => (typeof outcome === 'object' ? (keys.get(outcome.to) ?? []) : []));
    const found = Math.max(0, ...below.map((each) => 1 + level(each, new Set([...above, key]))));
    levels.set(key, found);
    return found;
  }
  for (const key of refersTo.keys()) level(key, new Set());
  return levels;
}

/** @returns undefined where somebody it means is not known */
export function objectLine(
  record: ObjectRecord,
  assignments: readonly ReadAssignment[] | undefined,
  mapping: Mapping,
): JsonObject | undefined {
  const id = mapping.idOf(record);
  if (id === undefined) return undefined;
  const line: Record<string, JsonValue | undefined> = { '@odata.type': `#microsoft.graph.${record.type}`, id, ...record.object };
  if (record.scopeTags !== undefined) {
    const tags = idsOf(record.scopeTags.tags.map((tag) => mapping.scopeTag(tag)));
    if (tags === undefined) return undefined;
    line[record.scopeTags.property] = tags;
  }
  for (const { property, many, to } of record.bindings ?? []) {
    const ids = idsOf(to.map((reference) => mapping.configuration(reference)));
    if (ids === undefined) return undefined;
    const shown = ids.map((each) => ({ id: each }));
    line[property] = many ? shown : (shown[0] ?? null);
  }
  if (assignments === undefined) return line;
  const laid: JsonObject[] = [];
  for (const assignment of assignments) {
    const made = assignmentLine(assignment, record.id === undefined || record.id !== id, mapping);
    if (made === 'faulty') return undefined;
    if (made !== 'drop') laid.push(made);
  }
  return { ...line, assignments: laid };
}

function idsOf(outcomes: readonly Outcome[]): readonly string[] | undefined {
  if (outcomes.includes('faulty')) return undefined;
  return [...new Set(outcomes.flatMap((outcome) => (typeof outcome === 'object' ? [outcome.to] : [])))];
}

/** @param moved whether the object has another id than in the export: then the id of its assignment is made anew */
function assignmentLine({ wire, group, filter }: ReadAssignment, moved: boolean, mapping: Mapping): JsonObject | 'drop' | 'faulty' {
  const toGroup = group === undefined ? undefined : mapping.group(group);
  const toFilter = filter === undefined ? undefined : mapping.filter(filter);
  for (const outcome of [toGroup, toFilter]) if (outcome === 'faulty') return outcome;
  if (toGroup === 'drop' || toFilter === 'drop') return 'drop';
  const target: Record<string, JsonValue | undefined> = { ...(wire.target as JsonObject) };
  if (typeof toGroup === 'object') target.groupId = toGroup.to;
  if (typeof toFilter === 'object') target.deviceAndAppManagementAssignmentFilterId = toFilter.to;
  const sameGroup = typeof toGroup !== 'object' || toGroup.to === group?.id?.toLowerCase();
  if (!moved && sameGroup) return { ...wire, target };
  const { id: _, ...rest } = wire;
  return { ...rest, target };
}

function keptLine({ type, name, content, path, format }: KeptRecord, file: ExportedFile): JsonObject {
  const kept = { type: type.slice(0, 200), name: name?.slice(0, 1024) ?? null, path: plainPath(path ?? file.path), content };
  return { '@muster.kept': { ...kept, format: format ?? file.reader.format } };
}

/** Names of files are freer than what is kept of them. */
function plainPath(path: string): string {
  return path.replace(/[\\\p{Cc}]|^[A-Za-z]:/gu, '_').slice(-1024);
}
