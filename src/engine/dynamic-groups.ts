/**
 * Groups that a rule fills, kept level: a changed object is asked only by the rules that read one of its changed columns; a rule about other
 * objects is asked anew when those change.
 */
import type { RowValues, Table } from './columns/table.js';
import { type DeviceSet, emptySet, forEach, has, isEmpty, subtract, withOrdinal, withoutOrdinal } from './device-set.js';
import type { GroupClosure } from './group-closure.js';
import {
  type CompiledDynamicRule,
  compileDynamicRule,
  type RuleContext,
  type Subject,
  validateDynamicRule,
} from './rules/dynamic/index.js';

export interface DynamicGroups {
  /** Fill a group by this rule from now on. A rule that is not valid fills it with nothing. */
  fill(group: number, rule: string): void;
  /** The rule fills it no more; its members by rule leave it. @returns whether a rule filled it */
  release(group: number): boolean;
  has(group: number): boolean;
  /** Members by rule; undefined for a group that no rule fills. */
  members(group: number): { readonly subject: Subject; readonly ordinals: DeviceSet } | undefined;
  /** A row is new or changed. @param changed names of the changed columns; undefined: all */
  rowChanged(subject: Subject, ordinal: number, changed: ReadonlySet<string> | undefined): void;
  rowRemoved(subject: Subject, ordinal: number): void;
  /** The direct members of a group changed, as rules name it by id. */
  membersChanged(groupId: string): void;
  /** Somebody reports to this manager, or no more. */
  reportsChanged(managerId: string): void;
  /** Ask the rules about `system.now` anew, if it is a while since they were asked. */
  timePassed(): void;
}

interface Filled {
  readonly rule: CompiledDynamicRule | undefined;
  readonly text: string;
  members: DeviceSet;
  askedAt: number;
}

/** Rules about the time of day are in days; a minute late is early enough. Milliseconds. */
const STALE = 60_000;

export function createDynamicGroups(
  tables: Readonly<Record<Subject, Table>>,
  closure: GroupClosure,
  context: Readonly<Record<Subject, RuleContext>>,
  now: () => number,
  /** Told of a group whose members by rule have changed: rules may name it. */
  changed: (group: number) => void,
): DynamicGroups {
  const filled = new Map<number, Filled>();

  const lay = (group: number, entry: Filled, next: DeviceSet) => {
    const { rule, members } = entry;
    if (rule === undefined) return;
    const gone = subtract(members, next);
    const come = subtract(next, members);
    forEach(gone, (ordinal) => void closure.removeMember(group, rule.subject, ordinal));
    forEach(come, (ordinal) => void closure.addMember(group, rule.subject, ordinal));
    entry.members = next;
    if (!isEmpty(gone) || !isEmpty(come)) changed(group);
  };

  const askAll = (group: number, entry: Filled) => {
    if (entry.rule === undefined) return;
    entry.askedAt = now();
    lay(group, entry, entry.rule.evaluate(tables[entry.rule.subject], context[entry.rule.subject]));
  };

  const askOne = (group: number, entry: Filled, ordinal: number) => {
    const { rule } = entry;
    if (rule === undefined) return;
    const holds = rule.matches(tables[rule.subject], ordinal, context[rule.subject]);
    if (holds === has(entry.members, ordinal)) return;
    entry.members = holds ? withOrdinal(entry.members, ordinal) : withoutOrdinal(entry.members, ordinal);
    if (holds) closure.addMember(group, rule.subject, ordinal);
    else closure.removeMember(group, rule.subject, ordinal);
    changed(group);
  };

  const release = (group: number): boolean => {
    const entry = filled.get(group);
    if (entry === undefined) return false;
    lay(group, entry, emptySet(0));
    filled.delete(group);
    return true;
  };

  return {
    fill(group, text) {
      if (filled.get(group)?.text === text) return;
      release(group);
      const validated = validateDynamicRule(text);
      const rule = validated.valid ? compileDynamicRule(validated.ast, { now }) : undefined;
      const entry: Filled = { rule, text, members: emptySet(0), askedAt: 0 };
      filled.set(group, entry);
      askAll(group, entry);
    },
    release,
    has: (group) => filled.has(group),
    members(group) {
      const entry = filled.get(group);
      return entry === undefined ? undefined : { subject: entry.rule?.subject ?? 'user', ordinals: entry.members };
    },
    rowChanged(subject, ordinal, changed) {
      for (const [group, entry] of filled) {
        if (entry.rule?.subject !== subject) continue;
        if (changed === undefined || reads(entry.rule, changed)) askOne(group, entry, ordinal);
      }
    },
    rowRemoved(subject, ordinal) {
      for (const [, entry] of filled) if (entry.rule?.subject === subject) entry.members = withoutOrdinal(entry.members, ordinal);
    },
    membersChanged(groupId) {
      for (const [group, entry] of filled) if (entry.rule?.groups.has(groupId)) askAll(group, entry);
    },
    reportsChanged(managerId) {
      for (const [group, entry] of filled) if (entry.rule?.managerId === managerId) askAll(group, entry);
    },
    timePassed() {
      const stale = now() - STALE;
      for (const [group, entry] of filled) if (entry.rule?.dependsOnNow && entry.askedAt < stale) askAll(group, entry);
    },
  };
}

function reads(rule: CompiledDynamicRule, changed: ReadonlySet<string>): boolean {
  for (const name of changed) if (rule.columns.has(name)) return true;
  return false;
}

/** Names of the columns in which two rows of an object differ. */
export function changedColumns(before: RowValues, after: RowValues): ReadonlySet<string> {
  const names = new Set<string>();
  for (const name of Object.keys({ ...before, ...after })) {
    const [was, is] = [before[name] ?? null, after[name] ?? null];
    if (was !== is && JSON.stringify(was) !== JSON.stringify(is)) names.add(name);
  }
  return names;
}
