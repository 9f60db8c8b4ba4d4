/** Laying and lifting assignments of a deviceConfiguration, one at a time. */
import { graphError } from '../../kernel/errors.js';
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import { completeComplex } from '../../model/defaults.js';
import { storedTypes, validatePayload } from '../../model/validate.js';
import type { SetAddress } from '../../query/outcome.js';
import type { Plan } from '../../query/plan.js';
import type { Expectation } from '../../storage/change-set.js';
import type { StoredEntity } from '../../storage/store.js';
import type { DomainContext } from '../context.js';
import type { Found } from '../read/place.js';
import { requireTargetChange } from '../roles/target-scope.js';
import { absent, changeSet, checkIfMatch, type Decision, itemOf, unchanged } from '../write/change.js';
import { checkTarget } from './check-target.js';
import {
  ASSIGN_ACTION,
  type AssignmentDraft,
  assignmentJson,
  assignmentKey,
  assignmentOperations,
  readAssignment,
  removeAssignmentOperations,
  targetLink,
} from './records.js';
import { derivedAssignmentId, describeTarget } from './target.js';

const TYPE = 'deviceConfigurationAssignment';

/**
 * POST …/assignments.
 * @throws GraphError targetRequired, targetDuplicate and those of checkTarget (400), targetScopeForbidden (403)
 */
export async function createAssignment(owner: Found, address: SetAddress, body: JsonValue, context: DomainContext): Promise<Decision> {
  const { given } = validatePayload(context.schema, address.type, body, 'create');
  if (given.target === undefined || given.target === null) throw graphError('targetRequired', {}, 'target');
  const configuration = owner.stored;
  const checked = await checkTarget(storedForm(given.target as JsonObject, context), configuration, context);
  const draft: AssignmentDraft = {
    configurationId: configuration.id,
    id: await freeId(configuration.id, checked.target, context),
    target: checked.target,
    source: 'direct',
    sourceId: configuration.id,
    intent: (given.intent as AssignmentDraft['intent'] | undefined) ?? 'apply',
  };
  await requireTargetChange(undefined, draft, ASSIGN_ACTION, context);
  const claim = await claimTarget(draft, context);
  const expect = [unchanged(configuration), absent(assignmentKey(draft.configurationId, draft.id)), claim, ...checked.expect];
  const text = JSON.stringify(assignmentJson(draft));
  return {
    outcome: { kind: 'entity', status: 201, address, item: shown(draft, text, 1, address, context) },
    changes: changeSet(context, expect, assignmentOperations(draft, undefined, text)),
  };
}

/**
 * PATCH …/assignments/{id}: the operation Muster exists for. `target` is replaced as a whole, `intent` as given; `id`, `source` and
 * `sourceId` stay as they are (quirk sourceInBodies), and so does the key, even when the target moves to another group [M].
 */
export async function updateAssignment(owner: Found, found: Found, body: JsonValue, plan: Plan, context: DomainContext): Promise<Decision> {
  checkIfMatch(plan, found.stored);
  const { address, stored } = found;
  const previous = readAssignment(owner.stored.id, found.json());
  const { given } = validatePayload(context.schema, address.type, body, 'update', {
    storedTypeOf: storedTypes(context.schema, found.json()),
  });
  if (given.target === null) throw graphError('targetRequired', {}, 'target');
  const expect: Expectation[] = [unchanged(stored)];
  let draft: AssignmentDraft = given.intent === undefined ? previous : { ...previous, intent: given.intent as AssignmentDraft['intent'] };
  if (given.target !== undefined) {
    const checked = await checkTarget(storedForm(given.target as JsonObject, context), owner.stored, context);
    draft = { ...draft, target: checked.target };
    expect.push(unchanged(owner.stored), ...checked.expect);
  }
  await requireTargetChange(previous, draft, ASSIGN_ACTION, context);
  if (targetLink(draft).to !== targetLink(previous).to) expect.push(await claimTarget(draft, context));
  const text = JSON.stringify(assignmentJson(draft));
  const same = text === stored.json;
  const version = same ? stored.version : stored.version + 1;
  return {
    outcome: { kind: 'entity', status: 200, address, item: shown(draft, text, version, address, context) },
    changes: same ? undefined : changeSet(context, expect, assignmentOperations(draft, previous, text)),
  };
}

/**
 * DELETE …/assignments/{id}.
 * @throws GraphError targetScopeForbidden (403)
 */
export async function deleteAssignment(owner: Found, found: Found, plan: Plan, context: DomainContext): Promise<Decision> {
  checkIfMatch(plan, found.stored);
  const previous = readAssignment(owner.stored.id, found.json());
  await requireTargetChange(previous, undefined, ASSIGN_ACTION, context);
  const operations = removeAssignmentOperations(previous);
  return { outcome: { kind: 'none' }, changes: changeSet(context, [unchanged(found.stored)], operations) };
}

/** A target as it is stored: every member of its beta type, whatever version it arrived in. */
export function storedForm(target: JsonObject, context: DomainContext): JsonObject {
  const declared = context.beta.types.get('deviceAndAppManagementAssignmentTarget');
  return declared === undefined ? target : completeComplex(declared, target);
}

/** @throws GraphError targetDuplicate when the policy holds the target already */
async function claimTarget(draft: AssignmentDraft, context: DomainContext): Promise<Expectation> {
  const link = targetLink(draft);
  const [taken] = await context.reader.links(context.tenant, { kind: link.kind, from: link.from, to: link.to });
  if (taken !== undefined) throw targetDuplicate(draft.target, draft.configurationId);
  return { kind: 'link', link, exists: false };
}

export function targetDuplicate(target: JsonObject, configurationId: string, place = 'target'): Error {
  return graphError('targetDuplicate', { target: describeTarget(target), configurationId }, place);
}

/** The derived id, or with `_1`, `_2`, … where an assignment that has moved to another target still holds it. */
async function freeId(configurationId: string, target: JsonObject, context: DomainContext): Promise<string> {
  const derived = derivedAssignmentId(configurationId, target);
  for (let n = 0; ; n++) {
    const id = n === 0 ? derived : `${derived}_${n}`;
    const [taken] = await context.reader.read(context.tenant, [assignmentKey(configurationId, id)]);
    if (taken === undefined) return id;
  }
}

function shown(draft: AssignmentDraft, text: string, version: number, address: SetAddress, context: DomainContext) {
  return itemOf(assignmentKey(draft.configurationId, draft.id), TYPE, text, version, address, context);
}

/** Every assignment a configuration has now. */
export async function currentAssignments(configurationId: string, context: DomainContext): Promise<readonly StoredEntity[]> {
  const query = {
    set: assignmentKey('', '').set,
    parent: configurationId,
    filter: undefined,
    orderBy: [],
    skip: 0,
    limit: undefined,
    count: false,
  };
  return (await context.reader.list(context.tenant, query)).entities;
}
