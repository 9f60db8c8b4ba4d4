/** A real write that tells its impact (`Prefer: odata.include-annotations="muster.*"`) or is bound by it (`muster-max-affected: N`). */

import type { DomainContext } from '../../domain/context.js';
import { assignmentChanges } from '../../domain/impact/assignment-changes.js';
import { type ImpactPage, impactJson, type MeasuredImpact, mentionedIn, NO_IMPACT } from '../../domain/impact/impact-json.js';
import { readNames } from '../../domain/targeting/names.js';
import { graphError } from '../../kernel/errors.js';
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import type { GraphRequest, GraphResponse } from '../../kernel/message.js';
import { textOf } from '../../kernel/utf8.js';
import { includesAnnotation } from '../../odata/headers.js';
import type { Outcome } from '../../query/outcome.js';
import type { Plan } from '../../query/plan.js';
import type { Reader, Store } from '../../storage/store.js';
import { decideMeasured } from '../decide.js';
import { FIRST_PAGE, pageOf, TOTAL } from './impact-pages.js';
import type { KeptPreviews } from './kept-previews.js';

export const GUARD = 'muster-max-affected';
const TERM = 'muster.impact';

export interface ImpactWish {
  /** The answer is to tell the impact. */
  readonly annotate: boolean;
  /** Devices that the write may change at most. */
  readonly limit: number | undefined;
}

/**
 * What the headers of a write ask; undefined where they ask nothing of its impact.
 * @throws GraphError headerInvalid
 */
export function impactWish(plan: Plan, headers: GraphRequest['headers']): ImpactWish | undefined {
  const guard = headers[GUARD];
  const { includeAnnotations } = plan.prefer;
  if (guard === undefined && includeAnnotations === undefined) return undefined;
  const wish = { annotate: includesAnnotation(includeAnnotations, TERM), limit: readLimit(guard) };
  return wish.annotate || wish.limit !== undefined ? wish : undefined;
}

function readLimit(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const limit = Number(text.trim());
  if (/^\s*\d+\s*$/.test(text) && Number.isSafeInteger(limit)) return limit;
  throw graphError('headerInvalid', { header: GUARD, reason: 'it is a whole number of devices, 0 or more.' });
}

export interface ImpactDependencies {
  readonly store: Store;
  readonly skipTokenKey: Uint8Array;
  readonly previews: KeptPreviews;
}

/**
 * @param context reads what is durable
 * @returns `impact`: where the answer is to tell it
 * @throws GraphError affectedLimitExceeded (412) with the impact; nothing was written then
 */
export async function writeMeasured(
  plan: Plan,
  body: JsonValue | undefined,
  context: DomainContext,
  wish: ImpactWish,
  origin: string,
  { store, skipTokenKey, previews }: ImpactDependencies,
): Promise<{ readonly outcome: Outcome; readonly impact: JsonObject | undefined }> {
  const { caller, now } = context;
  const told = async (impact: MeasuredImpact, valid: () => boolean, after: Reader): Promise<JsonObject> => {
    const names = await readNames(context.tenant, mentionedIn(impact, FIRST_PAGE), after, store);
    const kept = previews.keep({ parts: new Map([[TOTAL, impact]]), valid }, caller, FIRST_PAGE, now);
    const page: ImpactPage = pageOf(kept, TOTAL, FIRST_PAGE, { origin, caller, skipTokenKey });
    return impactJson(impact, names, page);
  };
  const { outcome, admitted } = await decideMeasured(plan, body, context, store, async ({ records, rehearsal, after }) => {
    const { limit } = wish;
    const { valid } = rehearsal;
    const total = { ...rehearsal.total, assignments: assignmentChanges(records) };
    if (limit !== undefined && total.affectedDevices > limit) {
      const impact = await told(total, valid, after);
      throw graphError('affectedLimitExceeded', { affected: total.affectedDevices, limit, impact });
    }
    return wish.annotate ? await told(total, valid, after) : undefined;
  });
  return { outcome, impact: admitted ?? (wish.annotate ? await told(NO_IMPACT, () => true, store) : undefined) };
}

/** The answer with the impact in it: in its JSON, or in a header where it has none. */
export function annotated(response: GraphResponse, impact: JsonObject): GraphResponse {
  const applied = 'odata.include-annotations="muster.*"';
  const before = response.headers['preference-applied'];
  const headers = { ...response.headers, 'preference-applied': before === undefined ? applied : `${before}, ${applied}` };
  const body = response.body === undefined ? undefined : textOf(response.body);
  const isJson = response.headers['content-type']?.startsWith('application/json') === true;
  if (body === undefined || !isJson || !body.endsWith('}')) {
    const counts = (['gained', 'lost', 'removed'] as const).map((list) => `${list}=${String((impact[list] as JsonObject).count)}`);
    return { ...response, headers: { ...headers, 'muster-impact': counts.join(',') } };
  }
  const separator = body === '{}' ? '' : ',';
  return { ...response, headers, body: `${body.slice(0, -1)}${separator}"@${TERM}":${JSON.stringify(impact)}}` };
}
