/** What a plan would do to devices: one request a policy, all in one preview, or in as few as their bounds allow. */
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import type { GraphClient } from '../graph/client.js';
import { textOf } from '../graph/names.js';
import { messageText } from '../graph/refused.js';
import { type PolicyChange, wireOf } from './model.js';

export interface Counts {
  readonly gained: number;
  readonly lost: number;
  readonly removed: number;
}

export interface PolicyImpact extends Counts {
  /** Different devices of which any changes. */
  readonly affectedDevices: number;
}

export interface Finding {
  readonly code: string;
  readonly message: string;
  readonly policyId: string | undefined;
}

export interface TotalImpact extends Counts {
  /** Different devices that lose any policy. */
  readonly lostDevices: number;
  readonly removedDevices: number;
  readonly affectedDevices: number;
  readonly affectedUsers: number;
  /** Whether a device that several previews name was counted more than once: numbers of different devices are upper bounds then. */
  readonly exact: boolean;
  readonly findings: readonly Finding[];
  readonly risks: readonly Finding[];
}

export interface PlanImpact {
  readonly total: TotalImpact;
  readonly byPolicy: ReadonlyMap<string, PolicyImpact>;
  /** Why the tenant would refuse a policy's change, by policy. */
  readonly refusals: ReadonlyMap<string, string>;
}

/** The bounds of one preview: docs/guide/impact.md, and of a request's body. */
const MOST_REQUESTS = 1000;
const MOST_BYTES = 3.5 * 1024 * 1024;

/** @param seen told how many policies have been asked about */
export async function impactOf(
  changed: readonly PolicyChange[],
  client: GraphClient,
  seen: (policies: number) => void,
): Promise<PlanImpact> {
  const byPolicy = new Map<string, PolicyImpact>();
  const refusals = new Map<string, string>();
  const totals: TotalImpact[] = [];
  let done = 0;
  for (const chunk of chunksOf(changed)) {
    const { body } = await client.call('POST', '/muster/preview', { requests: chunk.map(({ request }) => request) });
    const answer = isObject(body) ? body : {};
    for (const response of arrayOf(answer.responses)) {
      const id = chunk[Number(response.id)]?.policyId;
      if (id === undefined) continue;
      if (isObject(response.impact)) byPolicy.set(id, policyImpact(response.impact));
      else refusals.set(id, refusal(response));
    }
    totals.push(totalImpact(isObject(answer.total) ? answer.total : {}));
    done += chunk.length;
    seen(done);
  }
  return { total: sum(totals), byPolicy, refusals };
}

interface Asked {
  readonly policyId: string;
  readonly request: JsonObject;
}

function* chunksOf(changed: readonly PolicyChange[]): Generator<readonly Asked[], void, void> {
  let chunk: Asked[] = [];
  let size = 0;
  for (const change of changed) {
    const body = assignBody(change);
    const bytes = JSON.stringify(body).length + 200;
    if (chunk.length === MOST_REQUESTS || (chunk.length > 0 && size + bytes > MOST_BYTES)) {
      yield chunk;
      chunk = [];
      size = 0;
    }
    const url = `/deviceManagement/deviceConfigurations/${change.policy.id}/assign`;
    chunk.push({ policyId: change.policy.id, request: { id: String(chunk.length), method: 'POST', url, body } });
    size += bytes;
  }
  if (chunk.length > 0) yield chunk;
}

/** The whole set as it will be. Asked as one request its impact is that of all changes together; made, the changes go one by one. */
function assignBody({ policy, desired }: PolicyChange): JsonObject {
  const kept = policy.untouched.map(({ wire }) => ({ id: wire.id ?? null, intent: wire.intent ?? 'apply', target: wire.target ?? null }));
  return { assignments: [...desired.assignments.map(wireOf), ...kept] };
}

function policyImpact(impact: JsonObject): PolicyImpact {
  return { ...counts(impact), affectedDevices: numberOf(impact.affectedDevices) };
}

function totalImpact(total: JsonObject): TotalImpact {
  return {
    ...counts(total),
    lostDevices: isObject(total.lost) ? numberOf(total.lost.deviceCount) : 0,
    removedDevices: isObject(total.removed) ? numberOf(total.removed.deviceCount) : 0,
    affectedDevices: numberOf(total.affectedDevices),
    affectedUsers: numberOf(total.affectedUsers),
    exact: true,
    findings: arrayOf(total.findings).map(findingOf),
    risks: arrayOf(total.risks).map(findingOf),
  };
}

function counts(impact: JsonObject): Counts {
  const of = (name: string) => {
    const list = impact[name];
    return isObject(list) ? numberOf(list.count) : 0;
  };
  return { gained: of('gained'), lost: of('lost'), removed: of('removed') };
}

function findingOf(row: JsonObject): Finding {
  return { code: textOf(row.code), message: textOf(row.message), policyId: textOf(row.deviceConfigurationId) || undefined };
}

function sum(totals: readonly TotalImpact[]): TotalImpact {
  const add = (name: 'gained' | 'lost' | 'removed' | 'lostDevices' | 'removedDevices' | 'affectedDevices' | 'affectedUsers') =>
    totals.reduce((all, total) => all + total[name], 0);
  return {
    gained: add('gained'),
    lost: add('lost'),
    removed: add('removed'),
    lostDevices: add('lostDevices'),
    removedDevices: add('removedDevices'),
    affectedDevices: add('affectedDevices'),
    affectedUsers: add('affectedUsers'),
    exact: totals.length < 2,
    findings: totals.flatMap(({ findings }) => findings),
    risks: totals.flatMap(({ risks }) => risks),
  };
}

function refusal({ status, error }: JsonObject): string {
  const message = isObject(error) ? messageText(textOf(error.message)) : '';
  return `${numberOf(status)}${message === '' ? '' : `: ${message}`}`;
}

const numberOf = (value: JsonValue | undefined): number => (typeof value === 'number' ? value : 0);

function arrayOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
