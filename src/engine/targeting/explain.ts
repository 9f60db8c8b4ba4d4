/** Why a device has a policy, or has it not: the chain of reasons behind an assessment. */
import { filterProperties } from '../columns/managed-device.js';
import type { Table } from '../columns/table.js';
import { explainClause, type FilterRule, type FilterValues } from '../rules/filter/index.js';
import { type Assessment, assess, type DeviceQuestions, filterOf } from './assess.js';
import type { Placed, Reached } from './catalogue.js';
import type { FilterReason, PolicyOutcome, ReachKind, Reason } from './policy.js';
import type { DevicePredicates } from './predicates.js';

export interface ExplainSources {
  /** Group ids from the target to the group that holds the device's object. */
  readonly pathOf: (placed: Placed, kind: ReachKind) => readonly string[];
  /** What a filter says of the device, and which clause of it decided. */
  readonly askFilter: (filterId: string) => FilterAnswer;
}

export type FilterAnswer = Pick<FilterReason, 'result' | 'clause' | 'deviceValue'>;

const NOT_EVALUATED: FilterAnswer = { result: 'notEvaluated', clause: null, deviceValue: null };

export function explain(
  policyId: string,
  reached: readonly Reached[],
  questions: DeviceQuestions,
  eligible: () => boolean,
  sources: ExplainSources,
): PolicyOutcome {
  // In one order, so that the same reasons come and the same exclusion explains however the engine learned of them.
  const ordered = [...reached].sort((a, b) => compare(a.placed.id, b.placed.id) || compare(a.kind, b.kind));
  const assessment = assess(ordered, questions, eligible);
  const reasons = ordered.filter(({ placed }) => !placed.excluded).map((each) => reasonOf(each, ordered, assessment, questions, sources));
  return { policyId, outcome: assessment.outcome, reasons };
}

function reasonOf(
  { placed, kind }: Reached,
  reached: readonly Reached[],
  { exclusions }: Assessment,
  questions: DeviceQuestions,
  sources: ExplainSources,
): Reason {
  const exclusion = exclusions[kind];
  return {
    assignmentId: placed.id,
    kind,
    intent: placed.intent,
    groupPath: sources.pathOf(placed, kind),
    filter:
      placed.filter === undefined
        ? undefined
        : filterReason(placed, exclusion !== undefined || isOutweighed(placed, reached, exclusions, questions), questions, sources),
    excludedBy: exclusion === undefined ? undefined : { assignmentId: exclusion.id, groupPath: sources.pathOf(exclusion, kind) },
  };
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Whether the order of precedence leaves an include filter unasked: exclude filters decide alone, then an assignment without filter. */
function isOutweighed(
  placed: Placed,
  reached: readonly Reached[],
  exclusions: Assessment['exclusions'],
  questions: DeviceQuestions,
): boolean {
  if (placed.filter?.mode !== 'include') return false;
  return reached.some(
    ({ placed: other, kind }) =>
      !other.excluded && exclusions[kind] === undefined && other.intent === placed.intent && filterOf(other, questions)?.mode !== 'include',
  );
}

function filterReason(
  { filter }: Placed,
  unasked: boolean,
  { filtersOn }: DeviceQuestions,
  { askFilter }: ExplainSources,
): FilterReason | undefined {
  if (filter === undefined) return undefined;
  const { id, mode } = filter;
  const { result, clause, deviceValue } = unasked || !filtersOn ? NOT_EVALUATED : askFilter(id);
  return { id, mode, result, clause, deviceValue };
}

/** Answers for one device: many assignments have the same filter. */
export function createFilterAnswers(
  { matches }: DeviceQuestions,
  predicates: DevicePredicates,
  valuesOf: () => FilterValues,
): (filterId: string) => FilterAnswer {
  const known = new Map<string, FilterAnswer>();
  let values: FilterValues | undefined;
  const answer = (filterId: string): FilterAnswer => {
    const result = matches(filterId) ? 'match' : 'notMatch';
    const rule: FilterRule | undefined = predicates.ruleOf(filterId);
    if (rule === undefined) return { result, clause: null, deviceValue: null };
    values ??= valuesOf();
    const explained = explainClause(rule, values);
    // A filter of another platform matches nothing, whatever its clauses say.
    if (explained.result !== (result === 'match')) return { result, clause: null, deviceValue: null };
    return { result, clause: explained.clause, deviceValue: explained.value };
  };
  return (filterId) => {
    const before = known.get(filterId);
    if (before !== undefined) return before;
    const found = answer(filterId);
    known.set(filterId, found);
    return found;
  };
}

/** The values that filters see of a device. */
export function filterValuesOf(table: Table, device: number): FilterValues {
  return Object.fromEntries(filterProperties.map((name) => [name, table.textColumn(name)?.text(device) ?? null]));
}
