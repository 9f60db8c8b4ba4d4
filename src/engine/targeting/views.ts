/** How policies stood before a rehearsal touched them. */
import type { WordArena } from '../words/word-arena.js';
import type { Catalogue, PolicyState } from './catalogue.js';
import type { Standing } from './impact.js';
import type { Finding, Policy } from './policy.js';
import { NOTHING, type ResolveSources, type Result, resolveForNow } from './resolve.js';

/** A policy as it stands at one moment. */
export interface PolicyView extends Standing {
  readonly policy: Policy | undefined;
  /** Undefined until it is needed. */
  result: Result | undefined;
  /** Whether the result is kept among the others; otherwise its sets may lie in the arena for so long as somebody looks. */
  readonly kept: boolean;
  /** Whether nothing has changed since but assignments: the result can still be worked out. */
  open: boolean;
}

/** Where a rehearsal notes how policies stood before they were touched. */
export interface RehearsalState {
  journals: readonly Map<string, PolicyView>[];
  /** Those noted that are open. */
  open: PolicyView[];
  /** By group id, how many policies depend on a group whose members changed. */
  changedGroups: readonly Map<string, number>[];
  /** By device whose user has changed, the id of the one it had at first; '' for none. */
  formerUsers: readonly Map<number, string>[];
  running: boolean;
  /** Whether findings are wanted. */
  findings: boolean;
}

/** What stands now. */
interface Present {
  readonly catalogue: Catalogue;
  resolveSources(): ResolveSources;
  findingsOf(state: PolicyState): readonly Finding[];
  /** Whether the result of a policy is kept. */
  keeps(id: string): boolean;
  /** It is kept from then on. */
  resultOf(id: string): Result;
  keep(id: string, result: Result): void;
  drop(id: string): void;
  keepFindings(id: string, findings: readonly Finding[]): void;
  arena(): WordArena;
}

export function createViews(present: Present) {
  const { catalogue, resolveSources } = present;
  const rehearsal: RehearsalState = { journals: [], open: [], changedGroups: [], formerUsers: [], running: false, findings: true };

  /**
   * @param keeping `yes`: the result is kept for who asks next; `no`: one that is not kept yet is let go of by `leave`; `open`: it is not worked out before
   * somebody needs it
   */
  const viewOf = (id: string, keeping: 'yes' | 'no' | 'open'): PolicyView => {
    const state = catalogue.policies.get(id);
    if (state === undefined) return { policy: undefined, result: NOTHING, placed: [], findings: [], kept: false, open: false };
    const kept = keeping === 'yes' || present.keeps(id);
    const { policy } = state;
    return {
      policy,
      kept,
      open: keeping === 'open',
      result: kept ? present.resultOf(id) : keeping === 'open' ? undefined : resolveForNow(state, resolveSources()),
      placed: [...state.assignments.values()],
      findings: rehearsal.findings ? present.findingsOf(state) : undefined,
    };
  };

  /** The result of a view that is open, or was settled in time. */
  const resultIn = (view: PolicyView): Result => {
    view.result ??= resolveForNow({ policy: view.policy, assignments: new Set(view.placed) }, resolveSources());
    return view.result;
  };

  /** Something else than an assignment is about to change: what open views will be asked is worked out while it can be. */
  const settle = () => {
    for (const view of rehearsal.open) {
      resultIn(view);
      view.open = false;
    }
    rehearsal.open = [];
  };

  /** Nobody looks at the view any more. */
  const leave = ({ kept, result }: PolicyView) => {
    if (kept || result === undefined) return;
    present.arena().drop(result.applied);
    present.arena().drop(result.removed);
  };

  /** The policy stands again as it stood when it was looked at. */
  const restore = (id: string, view: PolicyView) => {
    if (view.kept && view.result !== undefined) present.keep(id, view.result);
    else present.drop(id);
    leave(view);
    if (view.findings !== undefined && catalogue.policies.has(id)) present.keepFindings(id, view.findings);
  };

  /**
   * Before these policies change: rehearsals want to know how they stood.
   * @param whole whether anything may change, so that a kept result would be worked out again from nothing
   */
  const look = (ids: Iterable<string>, whole = false) => {
    if (rehearsal.journals.length === 0) return;
    settle();
    for (const id of ids) note(id, whole ? 'no' : 'yes');
  };

  const note = (id: string, keeping: 'yes' | 'no' | 'open') => {
    const missing = rehearsal.journals.filter((journal) => !journal.has(id));
    if (missing.length === 0) return;
    const view = viewOf(id, keeping);
    if (view.open) rehearsal.open.push(view);
    for (const journal of missing) journal.set(id, view);
  };

  return { rehearsal, viewOf, resultIn, settle, leave, restore, look, note };
}
