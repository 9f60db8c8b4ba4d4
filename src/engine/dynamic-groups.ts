/**
 * Groups that a rule fills, kept level: a changed object is asked only by the rules that read one of its changed columns; a rule about other
 * objects is asked anew when those change.
 */
import type { RowValues, Table } from './columns/table.js';
import { type DeviceSet, emptySet, forEach, isEmpty, subtract } from './device-set.js';
import type { GroupClosure } from './group-closure.js';
import {
  type CompiledDynamicRule,
  compileDynamicRule,
  createClauses,
  type RuleContext,
  type Subject,
  validateDynamicRule,
} from './rules/dynamic/index.js';
import type { SnapshotReader, SnapshotWriter } from './snapshot/sections.js';
import type { Steps } from './steps.js';

export interface DynamicGroups {
  /** Fill a group by this rule from now on. A rule that is not valid fills it with nothing. */
  fill(group: number, rule: string): void;
  /** The rule fills it no more; its members by rule leave it. @returns whether a rule filled it */
  release(group: number): boolean;
  /** Whether rows of these objects may come without `rowChanged` being told: no rule is asked about them now. */
  ignores(subject: Subject): boolean;
  /** All objects of this kind are still to come: until `asking`, rules about them are not asked. */
  awaitRows(subject: Subject): void;
  /** Asks the rules that were not asked meanwhile. */
  asking(): Steps;
  has(group: number): boolean;
  /** Members by rule; undefined for a group that no rule fills. */
  members(group: number): { readonly subject: Subject; readonly ordinals: DeviceSet } | undefined;
  /** A row is new or changed. @param changed names of the changed columns; undefined: all */
  rowChanged(subject: Subject, ordinal: number, changed: ReadonlySet<string> | undefined): void;
  /** The direct members of a group changed, as rules name it by id. */
  membersChanged(groupId: string): void;
  /** Somebody reports to this manager, or no more. */
  reportsChanged(managerId: string): void;
  /** Ask the rules about `system.now` anew, if it is a while since they were asked. */
  timePassed(): void;
  /** Lets go of what was kept while many groups came. */
  trim(): void;
  save(out: SnapshotWriter): void;
  /** Where no rule filled anything yet; the closure holds the members already. */
  load(from: SnapshotReader): void;
}

/** The members by rule are the group's direct members in the closure: it has no others. */
interface Filled {
  readonly rule: CompiledDynamicRule | undefined;
  readonly text: string;
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
  const compiling = { now, clauses: createClauses() };
  /** Groups whose rules name the members of a group, by its id. */
  const naming = new Map<string, Set<number>>();

  /** Objects that are still to come, and the groups of rules that are to be asked when they have. */
  let awaited: Subject | undefined;
  const waiting = new Set<number>();

  const enter = (group: number, entry: Filled) => {
    filled.set(group, entry);
    for (const named of entry.rule?.groups ?? []) {
      const groups = naming.get(named);
      if (groups === undefined) naming.set(named, new Set([group]));
      else groups.add(group);
    }
  };

  const leave = (group: number, { rule }: Filled) => {
    filled.delete(group);
    waiting.delete(group);
    for (const named of rule?.groups ?? []) {
      const groups = naming.get(named);
      groups?.delete(group);
      if (groups?.size === 0) naming.delete(named);
    }
  };

  const lay = (group: number, entry: Filled, next: DeviceSet) => {
    const { rule } = entry;
    if (rule === undefined) return;
    const members = closure.directMembers(group, rule.subject);
    if (isEmpty(members)) {
      if (isEmpty(next)) return;
      closure.fillGroup(group, rule.subject, next);
      changed(group);
      return;
    }
    const gone = subtract(members, next);
    const come = subtract(next, members);
    forEach(gone, (ordinal) => void closure.removeMember(group, rule.subject, ordinal));
    forEach(come, (ordinal) => void closure.addMember(group, rule.subject, ordinal));
    if (!isEmpty(gone) || !isEmpty(come)) changed(group);
  };

  const askAll = (group: number, entry: Filled) => {
    if (entry.rule === undefined) return;
    if (entry.rule.subject === awaited) {
      waiting.add(group);
      return;
    }
    entry.askedAt = now();
    lay(group, entry, entry.rule.evaluate(tables[entry.rule.subject], context[entry.rule.subject]));
  };

  const askOne = (group: number, entry: Filled, ordinal: number) => {
    const { rule } = entry;
    if (rule === undefined) return;
    const holds = rule.matches(tables[rule.subject], ordinal, context[rule.subject]);
    if (holds === closure.isDirectMember(group, rule.subject, ordinal)) return;
    if (holds) closure.addMember(group, rule.subject, ordinal);
    else closure.removeMember(group, rule.subject, ordinal);
    changed(group);
  };

  const release = (group: number): boolean => {
    const entry = filled.get(group);
    if (entry === undefined) return false;
    lay(group, entry, emptySet(0));
    leave(group, entry);
    return true;
  };

  const filledBy = (text: string): Filled => {
    const validated = validateDynamicRule(text);
    return { rule: validated.valid ? compileDynamicRule(validated.ast, compiling) : undefined, text, askedAt: 0 };
  };

  return {
    fill(group, text) {
      if (filled.get(group)?.text === text) return;
      release(group);
      const entry = filledBy(text);
      enter(group, entry);
      askAll(group, entry);
    },
    release,
    ignores: (subject) => filled.size === 0 || awaited === subject,
    awaitRows(subject) {
      awaited = subject;
    },
    *asking() {
      awaited = undefined;
      for (const group of waiting) {
        const entry = filled.get(group);
        if (entry !== undefined) askAll(group, entry);
        yield;
      }
      waiting.clear();
    },
    has: (group) => filled.has(group),
    members(group) {
      const entry = filled.get(group);
      if (entry === undefined) return undefined;
      const subject = entry.rule?.subject ?? 'user';
      return { subject, ordinals: closure.directMembers(group, subject) };
    },
    rowChanged(subject, ordinal, changed) {
      if (subject === awaited) return;
      for (const [group, entry] of filled) {
        if (entry.rule?.subject !== subject) continue;
        if (changed === undefined || reads(entry.rule, changed)) askOne(group, entry, ordinal);
      }
    },
    membersChanged(groupId) {
      // Asked with every membership: mostly no rule names any group yet.
      if (naming.size === 0) return;
      for (const group of [...(naming.get(groupId) ?? [])]) {
        const entry = filled.get(group);
        if (entry !== undefined) askAll(group, entry);
      }
    },
    reportsChanged(managerId) {
      for (const [group, entry] of filled) if (entry.rule?.managerId === managerId) askAll(group, entry);
    },
    timePassed() {
      const stale = now() - STALE;
      for (const [group, entry] of filled) if (entry.rule?.dependsOnNow && entry.askedAt < stale) askAll(group, entry);
    },
    trim: () => compiling.clauses.forgetAnswers(),
    save: (out) =>
      out.json(
        'rules',
        [...filled].map(([group, { text }]) => [group, text]),
      ),
    load(from) {
      // A rule about the time counts as never asked, so it will be.
      for (const [group, text] of from.json('rules') as readonly (readonly [number, string])[]) enter(group, filledBy(text));
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
