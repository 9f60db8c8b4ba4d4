/** The action `assign`: replaces the whole set of a policy's assignments (graph-api spec 4.5). */
import { graphError, within } from '../../kernel/errors.js';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import type { StructuredType } from '../../model/schema.js';
import { validatePayload } from '../../model/validate.js';
import type { Item, SetAddress } from '../../query/outcome.js';
import type { ChangeOperation, Expectation } from '../../storage/change-set.js';
import type { StoredEntity } from '../../storage/store.js';
import type { DomainContext } from '../context.js';
import type { Found } from '../read/place.js';
import { requireTargetChange } from '../roles/target-scope.js';
import { absent, changeSet, type Decision, itemOf, unchanged } from '../write/change.js';
import { checkTarget } from './check-target.js';
import { currentAssignments, storedForm, targetDuplicate } from './lay.js';
import {
  ASSIGN_ACTION,
  ASSIGNMENTS,
  type AssignmentDraft,
  assignmentJson,
  assignmentKey,
  assignmentOperations,
  readAssignment,
  removeAssignmentOperations,
} from './records.js';
import { derivedAssignmentId, readTarget, targetKey } from './target.js';

/** One wanted assignment, before it is checked. */
interface Wanted {
  /** `assignments[3]`, for whoever reads a refusal. */
  readonly place: string;
  readonly id: string | undefined;
  readonly target: JsonObject;
  readonly intent: AssignmentDraft['intent'];
}

/**
 * An assignment that is named by its id, or whose target stands already, stays the same one (id, source, sourceId); every other is new;
 * what is not wanted goes.
 * @throws GraphError parameterInvalid, targetRequired, targetDuplicate and those of checkTarget (400), targetScopeForbidden (403); nothing is
 *   changed then
 */
export async function assign(owner: Found, body: JsonValue | undefined, context: DomainContext): Promise<Decision> {
  const configuration = owner.stored;
  const address = assignmentAddress(configuration, context);
  const wanted = await readParameters(body, address.type, context);
  const current = await currentAssignments(configuration.id, context);
  const drafts = new Map(current.map((stored) => [stored.id, readAssignment(configuration.id, JSON.parse(stored.json) as JsonObject)]));
  const byTarget = new Map([...drafts.values()].map((draft) => [targetKey(draft.target), draft]));

  const expect: Expectation[] = [unchanged(configuration), ...current.map(unchanged)];
  const seen = new Map<string, JsonObject>();
  const next = new Map<string, AssignmentDraft>();
  for (const want of wanted) {
    const checked = await within(want.place, () => checkTarget(want.target, configuration, context));
    const key = targetKey(checked.target);
    const before = seen.get(key);
    if (before !== undefined) {
      if (context.wire.repeatedTargetRefused || excludes(before) !== excludes(checked.target))
        throw targetDuplicate(checked.target, configuration.id, `${want.place}.target`);
      continue;
    }
    seen.set(key, checked.target);
    expect.push(...checked.expect);
    const known = (want.id === undefined ? undefined : drafts.get(want.id)) ?? byTarget.get(key);
    const kept = known !== undefined && !next.has(known.id) ? known : undefined;
    const id = kept?.id ?? freeId(derivedAssignmentId(configuration.id, checked.target), drafts, next);
    const source = kept ?? { source: 'direct' as const, sourceId: configuration.id };
    next.set(id, {
      configurationId: configuration.id,
      id,
      target: checked.target,
      source: source.source,
      sourceId: source.sourceId,
      intent: want.intent,
    });
    if (kept === undefined) expect.push(absent(assignmentKey(configuration.id, id)));
  }
  for (const id of new Set([...drafts.keys(), ...next.keys()])) {
    await requireTargetChange(drafts.get(id), next.get(id), ASSIGN_ACTION, context);
  }
  return decide(next, drafts, current, address, expect, context);
}

function decide(
  next: ReadonlyMap<string, AssignmentDraft>,
  drafts: ReadonlyMap<string, AssignmentDraft>,
  current: readonly StoredEntity[],
  address: SetAddress,
  expect: readonly Expectation[],
  context: DomainContext,
): Decision {
  const stored = new Map(current.map((entity) => [entity.id, entity]));
  const operations: ChangeOperation[] = [];
  // Lift first: a target may move from one assignment to another within the set.
  for (const [id, draft] of drafts) if (!next.has(id)) operations.push(...removeAssignmentOperations(draft));
  const items: Item[] = [];
  for (const draft of next.values()) {
    const before = stored.get(draft.id);
    const text = JSON.stringify(assignmentJson(draft));
    const same = before !== undefined && text === before.json;
    if (!same) operations.push(...assignmentOperations(draft, drafts.get(draft.id), text));
    const version = (before?.version ?? 0) + (same ? 0 : 1);
    items.push(itemOf(assignmentKey(draft.configurationId, draft.id), address.type.name, text, version, address, context));
  }
  items.sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    outcome: { kind: 'collection', address, page: { items, count: undefined, nextSkip: undefined } },
    changes: operations.length === 0 ? undefined : changeSet(context, expect, unlinkFirst(operations)),
  };
}

/** Of a group that is included and excluded at once neither can be left out without a change to who gets the policy [M]. */
function excludes(target: JsonObject): boolean {
  const read = readTarget(target);
  return read?.kind === 'group' && read.excluded;
}

/** Two kept assignments may swap targets: every claim is lifted before one is laid. */
function unlinkFirst(operations: readonly ChangeOperation[]): readonly ChangeOperation[] {
  const lifts = operations.filter((operation) => operation.kind === 'unlink');
  return [...lifts, ...operations.filter((operation) => operation.kind !== 'unlink')];
}

function assignmentAddress(configuration: StoredEntity, context: DomainContext): SetAddress {
  const type = context.schema.types.get('deviceConfigurationAssignment');
  if (type === undefined) throw graphError('segmentUnknown', { segment: 'assign' });
  return { set: ASSIGNMENTS, parent: configuration.id, type };
}

const invalid = (reason: string) => graphError('parameterInvalid', { operation: 'assign', reason });

async function readParameters(body: JsonValue | undefined, type: StructuredType, context: DomainContext): Promise<readonly Wanted[]> {
  if (body === undefined) throw graphError('bodyMissing');
  if (!isObject(body))
    throw graphError('jsonShape', { found: Array.isArray(body) ? 'StartArray' : 'PrimitiveValue', expected: 'StartObject' });
  const wanted: Wanted[] = [];
  let given = false;
  for (const [name, value] of Object.entries(body)) {
    if (name.includes('@')) continue;
    const read = name === 'assignments' ? readAssignmentItem : name === 'deviceConfigurationGroupAssignments' ? readGroupItem : undefined;
    if (read === undefined || (read === readGroupItem && context.schema !== context.beta))
      throw invalid(`there is no parameter '${name}'; it takes assignments.`);
    given ||= Array.isArray(value);
    for (const [at, item] of items(name, value).entries()) {
      const place = `${name}[${at}]`;
      wanted.push({ place, ...(await within(place, () => read(item, type, context))) });
    }
  }
  // An empty body would otherwise silently take the policy off everything [M].
  if (!given) throw invalid('give assignments, the whole new set; an empty array removes every assignment.');
  return wanted;
}

function items(name: string, value: JsonValue | undefined): readonly JsonValue[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw invalid(`'${name}' is not an array.`);
  return value as readonly JsonValue[];
}

function readAssignmentItem(item: JsonValue, type: StructuredType, context: DomainContext): Omit<Wanted, 'place'> {
  const { given } = validatePayload(context.schema, type, item, 'create');
  if (given.target === undefined || given.target === null) throw graphError('targetRequired', {}, 'target');
  const id = isObject(item) && typeof item.id === 'string' && item.id !== '' ? item.id : undefined;
  const intent = (given.intent as AssignmentDraft['intent'] | undefined) ?? 'apply';
  return { id, target: storedForm(given.target as JsonObject, context), intent };
}

/** The older parameter: `{targetGroupId, excludeGroup}`. */
function readGroupItem(item: JsonValue, _type: StructuredType, context: DomainContext): Omit<Wanted, 'place'> {
  const type = context.beta.types.get('deviceConfigurationGroupAssignment');
  if (type === undefined) throw invalid("there is no parameter 'deviceConfigurationGroupAssignments'.");
  const { given } = validatePayload(context.beta, type, item, 'create');
  const name = given.excludeGroup === true ? 'exclusionGroupAssignmentTarget' : 'groupAssignmentTarget';
  const target = { '@odata.type': `#microsoft.graph.${name}`, groupId: given.targetGroupId ?? null };
  return { id: undefined, target: storedForm(target, context), intent: 'apply' };
}

function freeId(derived: string, drafts: ReadonlyMap<string, unknown>, next: ReadonlyMap<string, unknown>): string {
  for (let n = 0; ; n++) {
    const id = n === 0 ? derived : `${derived}_${n}`;
    if (!drafts.has(id) && !next.has(id)) return id;
  }
}
