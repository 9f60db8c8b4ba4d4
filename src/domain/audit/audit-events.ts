/** /deviceManagement/auditEvents: the tenant's change records, newest first, read as events only as far as a page needs. */
import { graphError } from '../../kernel/errors.js';
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import { completeEntity } from '../../model/defaults.js';
import { type EvaluationContext, matches } from '../../query/evaluate.js';
import type { Expression, OrderBy } from '../../query/expression.js';
import { mentionsMember } from '../../query/mentions.js';
import type { Plan } from '../../query/plan.js';
import type { Change, StoredEntity } from '../../storage/store.js';
import type { DomainContext } from '../context.js';
import { value } from '../operations/answer.js';
import type { Place } from '../read/place.js';
import type { Decision } from '../write/change.js';
import { AUDIT_EVENTS, activityTypes, categories } from './areas.js';
import { auditEvent, auditSummary, isAudited, placeOf, RESOURCES } from './event.js';

/** Commits read at a time, by how many changes the last ones held: an import's commit may hold thousands. */
const STEP = { first: 16, least: 1, most: 512, few: 500, many: 4000 } as const;

export interface AuditQuery {
  readonly filter: Expression | undefined;
  readonly orderBy: readonly OrderBy[];
  readonly skip: number;
  readonly limit: number;
  /** Count every match: reads all records. */
  readonly count: boolean;
}

export interface AuditPage {
  readonly entities: readonly StoredEntity[];
  readonly more: boolean;
  readonly total: number | undefined;
}

/** @throws GraphError optionInvalid (400) for an order other than that of time */
export async function listAuditEvents(query: AuditQuery, context: DomainContext): Promise<AuditPage> {
  const evaluation: EvaluationContext = { typeName: 'auditEvent', now: context.now, isA: (name) => name === 'auditEvent' };
  const end = query.skip + query.limit;
  // What a change did is worked out of two whole texts: only where it is asked about.
  const deep = mentionsMember(query.filter, RESOURCES);
  const entities: StoredEntity[] = [];
  let matched = 0;
  for await (const change of changes(oldestFirst(query.orderBy), context)) {
    if (!isAudited(change, context.surface)) continue;
    if (query.filter !== undefined) {
      const event = deep ? eventOf(change, context) : auditSummary(change, context.surface);
      if (!matches(query.filter, event, evaluation)) continue;
    }
    if (matched >= query.skip && matched < end) entities.push(stored(eventOf(change, context)));
    matched += 1;
    if (matched > end && !query.count) break;
  }
  return { entities, more: matched > end, total: query.count ? matched : undefined };
}

function oldestFirst(orderBy: readonly OrderBy[]): boolean {
  const [first] = orderBy;
  if (first === undefined) return false;
  const { expression } = first;
  const byTime = expression.kind === 'member' && expression.name === 'activityDateTime' && expression.source.kind === 'variable';
  if (byTime && orderBy.length === 1) return !first.descending;
  throw graphError('optionInvalid', { option: '$orderby', reason: 'auditEvents are ordered by activityDateTime alone.' }, '$orderby');
}

async function* changes(oldest: boolean, context: DomainContext): AsyncGenerator<Change> {
  const latest = await context.changes.latest();
  let step: number = STEP.first;
  for (let done = 0; done < latest; ) {
    const size = Math.min(step, latest - done);
    const read = await context.changes.since(oldest ? done : latest - done - size, size);
    yield* oldest ? read : [...read].reverse();
    done += size;
    if (read.length < STEP.few) step = Math.min(STEP.most, step * 2);
    else if (read.length > STEP.many) step = Math.max(STEP.least, step >> 1);
  }
}

function eventOf(change: Change, context: DomainContext): JsonObject {
  const event = auditEvent(change, context.surface);
  const type = context.beta.types.get('auditEvent');
  return type === undefined ? event : completeEntity(type, event);
}

function stored(event: JsonObject): StoredEntity {
  return { set: AUDIT_EVENTS, parent: '', id: String(event.id), type: 'auditEvent', version: 1, json: JSON.stringify(event) };
}

/** One event by its id; undefined where there is none. */
export async function findAuditEvent(id: string, context: DomainContext): Promise<StoredEntity | undefined> {
  const place = placeOf(id);
  if (place === undefined) return undefined;
  const commit = await context.changes.since(place.sequence - 1, 1);
  const change = commit.find(({ sequence, ordinal }) => sequence === place.sequence && ordinal === place.ordinal);
  return change !== undefined && isAudited(change, context.surface) ? stored(eventOf(change, context)) : undefined;
}

/** GET …/auditEvents/getAuditCategories(). */
export async function getAuditCategories(): Promise<Decision> {
  return value('Collection(Edm.String)', categories);
}

/** GET …/auditEvents/getAuditActivityTypes(category='…'). */
export async function getAuditActivityTypes(
  _place: Place,
  _body: JsonValue | undefined,
  plan: Plan,
  context: DomainContext,
): Promise<Decision> {
  const category = plan.call?.arguments.category;
  const named = typeof category === 'string' && category !== '' ? category : undefined;
  return value('Collection(Edm.String)', activityTypes(named, context.surface));
}
