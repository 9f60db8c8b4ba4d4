/** Answers whose rows are computed, not stored: filtered, ordered and cut in memory. */
import { graphError } from '../../kernel/errors.js';
import type { JsonObject } from '../../kernel/json.js';
import { isA, type StructuredType } from '../../model/schema.js';
import { compareBy, type EvaluationContext, matches } from '../../query/evaluate.js';
import type { RowPage } from '../../query/outcome.js';
import type { Plan } from '../../query/plan.js';
import type { DomainContext } from '../context.js';
import type { Decision } from '../write/change.js';
import { asked } from './list.js';
import { routeMissing } from './place.js';

/** Rows on a page without `$top`, and at most. */
const PAGE = 1000;

/** The type that the operation of a plan answers with. */
function rowType(plan: Plan): StructuredType {
  if (plan.type === undefined) throw routeMissing(plan);
  return plan.type;
}

function evaluationOf(plan: Plan, context: DomainContext): EvaluationContext {
  return {
    typeName: rowType(plan).name,
    now: context.now,
    isA: (typeName, ancestor) => {
      const type = context.schema.types.get(typeName);
      return type !== undefined && isA(type, ancestor);
    },
  };
}

/** How many rows a page holds: `$top` and `odata.maxpagesize`, within bounds. */
export function pageLimit({ options, prefer }: Plan): number {
  return Math.min(options.top ?? PAGE, prefer.maxPageSize ?? PAGE, PAGE);
}

/** What `$filter` and `$search` let through; undefined without them. */
export function rowFilter(plan: Plan, context: DomainContext): ((row: JsonObject) => boolean) | undefined {
  const filter = asked(rowType(plan), plan.options);
  if (filter === undefined) return undefined;
  const evaluation = evaluationOf(plan, context);
  return (row) => matches(filter, row, evaluation);
}

/** The asked stretch of what is all at hand. */
export function cut<T>(
  all: readonly T[],
  plan: Plan,
  context: DomainContext,
  limit = pageLimit(plan),
): { readonly members: readonly T[]; readonly count: number | undefined; readonly nextSkip: number | undefined } {
  const end = context.skip + limit;
  return {
    members: all.slice(context.skip, end),
    count: plan.options.count ? all.length : undefined,
    nextSkip: end < all.length && limit > 0 ? end : undefined,
  };
}

/** A page of rows that are all at hand. */
export function pageOf(all: readonly JsonObject[], plan: Plan, context: DomainContext, limit = pageLimit(plan)): RowPage {
  const { orderBy } = plan.options;
  const filter = rowFilter(plan, context);
  const kept = filter === undefined ? [...all] : all.filter(filter);
  if (orderBy.length > 0) kept.sort(compareBy(orderBy, evaluationOf(plan, context)));
  const { members, count, nextSkip } = cut(kept, plan, context, limit);
  return { rows: members, count, nextSkip };
}

/** @throws GraphError optionInvalid: a `$search` that is passed over would answer with the wrong rows */
export function refuseSearch({ options }: Plan): void {
  if (options.search === undefined) return;
  throw graphError('optionInvalid', { option: '$search', reason: 'it does not apply to this operation; use $filter.' }, '$search');
}

export function collectionOf(page: RowPage, plan: Plan): Decision {
  return { outcome: { kind: 'rows', type: rowType(plan), single: false, page }, changes: undefined };
}

export function singleRow(row: JsonObject, plan: Plan): Decision {
  const page = { rows: [row], count: undefined, nextSkip: undefined };
  return { outcome: { kind: 'rows', type: rowType(plan), single: true, page }, changes: undefined };
}
