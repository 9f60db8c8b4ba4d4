/** Dynamic membership rules over the objects of the store, one object at a time. */
import type { Diagnostic } from '../../engine/rules/diagnostic.js';
import {
  compileDynamicRule,
  type DynamicRule,
  type ExpressionDetails,
  evaluateDetails,
  interpretDynamicRule,
  type ObjectContext,
  type Subject,
  validateDynamicRule,
} from '../../engine/rules/dynamic/index.js';
import { graphError } from '../../kernel/errors.js';
import type { Reader, StoredEntity } from '../../storage/store.js';
import type { ObjectRef } from '../resident.js';
import { DEVICES, findObjects, GROUPS, isFilledByRule, parsed, USERS } from './objects.js';

/** Where the objects lie that a rule is asked about. */
export interface RuleSource {
  readonly reader: Reader;
  readonly tenant: string;
  /** What `system.now` says, milliseconds since the epoch. */
  readonly now: number;
}

export interface MembershipRule {
  readonly rule: DynamicRule;
  readonly subject: Subject;
  /** The groups whose direct members it names, in lower case. */
  readonly groups: ReadonlySet<string>;
}

type Reading = { readonly ok: true; readonly rule: MembershipRule } | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

function readRule(text: string): Reading {
  const validated = validateDynamicRule(text);
  if (!validated.valid) return { ok: false, diagnostics: validated.diagnostics };
  const { ast: rule, subject } = validated;
  const { groups } = compileDynamicRule(rule, { now: () => 0 });
  return { ok: true, rule: { rule, subject, groups: new Set([...groups].map((id) => id.toLowerCase())) } };
}

/**
 * @param only the kind of object that the group can hold, where it is one kind alone
 * @throws GraphError membershipRuleInvalid (400) with every diagnostic
 */
export function checkMembershipRule(text: string, only?: Subject): MembershipRule {
  const reading = readRule(text);
  if (!reading.ok) throw invalid(reading.diagnostics);
  if (only !== undefined && reading.rule.subject !== only) {
    throw invalid([
      {
        position: 0,
        length: text.length,
        code: 'invalidObjectType',
        message: 'Invalid object type.',
        explanation: `A Microsoft 365 group holds users alone, and the rule is about ${reading.rule.subject}s.`,
        expected: [],
      },
    ]);
  }
  return reading.rule;
}

function invalid(diagnostics: readonly Diagnostic[]): Error {
  return graphError(
    'membershipRuleInvalid',
    { message: diagnostics[0]?.message ?? 'Query compilation error.', diagnostics },
    'membershipRule',
  );
}

const setOf = (subject: Subject): ObjectRef['set'] => (subject === 'user' ? USERS : DEVICES);

/** Every object that a rule accepts; none for a rule that is not valid. */
export async function membersByRule(text: string, source: RuleSource): Promise<readonly ObjectRef[]> {
  const reading = readRule(text);
  if (!reading.ok) return [];
  const set = setOf(reading.rule.subject);
  const { entities } = await source.reader.list(source.tenant, {
    set,
    parent: '',
    filter: undefined,
    orderBy: [],
    skip: 0,
    limit: undefined,
    count: false,
  });
  const members: ObjectRef[] = [];
  for (const entity of entities) if (await accepts(reading.rule, entity, source)) members.push({ set, id: entity.id });
  return members;
}

/** Whether a rule accepts an object; no rule that is not valid does. */
export async function objectAcceptedBy(text: string, stored: StoredEntity, source: RuleSource): Promise<boolean> {
  const reading = readRule(text);
  return reading.ok && (await accepts(reading.rule, stored, source));
}

async function accepts(rule: MembershipRule, stored: StoredEntity, source: RuleSource): Promise<boolean> {
  if (stored.set !== setOf(rule.subject)) return false;
  return interpretDynamicRule(rule.rule, parsed(stored), await contextOf(rule, stored, source));
}

/** A rule's answer for one object, with the answers of its parts. */
export async function explainMembership(
  rule: MembershipRule,
  stored: StoredEntity,
  source: RuleSource,
): Promise<{ readonly result: boolean; readonly details: ExpressionDetails | undefined }> {
  if (stored.set !== setOf(rule.subject)) return { result: false, details: undefined };
  const details = evaluateDetails(rule.rule, parsed(stored), await contextOf(rule, stored, source));
  return { result: details.expressionResult, details };
}

async function contextOf({ rule, groups }: MembershipRule, stored: StoredEntity, source: RuleSource): Promise<ObjectContext> {
  const now = () => source.now;
  if (rule.root.kind === 'directReports') {
    const [manager] = await source.reader.links(source.tenant, { kind: 'manager', from: stored.id });
    return { now, managerOf: () => manager?.to ?? null };
  }
  const holding = new Set<string>();
  for (const id of groups) if (await isDirectMember(id, stored, source)) holding.add(id);
  return { now, isDirectMember: (groupId) => holding.has(groupId.toLowerCase()) };
}

/** A rule of another group counts, save one that asks for memberships itself: such groups cannot be nested (documentation of memberOf). */
async function isDirectMember(groupId: string, stored: StoredEntity, source: RuleSource): Promise<boolean> {
  const [group] = await findObjects([groupId], source);
  if (group?.set !== GROUPS) return false;
  const json = parsed(group);
  if (!isFilledByRule(json))
    return (await source.reader.links(source.tenant, { kind: 'members', from: groupId, to: stored.id })).length > 0;
  const reading = readRule(String(json.membershipRule ?? ''));
  return reading.ok && reading.rule.groups.size === 0 && (await accepts(reading.rule, stored, source));
}
