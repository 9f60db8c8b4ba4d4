/** What a plan would do to devices: all its writes in one preview, or in as few as the bounds of previews allow. */
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import type { GraphClient } from '../graph/client.js';
import { textOf } from '../graph/names.js';
import { messageText } from '../graph/refused.js';
import { type PolicyChange, writeOf } from './model.js';

export interface Counts {
  readonly gained: number;
  readonly lost: number;
  readonly removed: number;
}

/** Of one policy: different devices; one that loses it and has it removed is in both. */
export type PolicyImpact = Counts;

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

/** The bounds of one preview in total (docs/guide/impact.md), and of a request's body. */
const MOST_REQUESTS = 20_000;
const MOST_BYTES = 3.9 * 1024 * 1024;

/** @param seen told how many policies have been asked about */
export async function impactOf(
  changed: readonly PolicyChange[],
  client: GraphClient,
  seen: (policies: number) => void,
): Promise<PlanImpact> {
  const byPolicy = new Map<string, PolicyImpact>(changed.map(({ policy }) => [policy.id, NO_IMPACT]));
  const refusals = new Map<string, string>();
  const totals: TotalImpact[] = [];
  let done = 0;
  for (const { requests, policies } of chunksOf(changed)) {
    const { body } = await client.call('POST', '/muster/preview', { detail: 'total', requests: [...requests] });
    const answer = isObject(body) ? body : {};
    for (const response of arrayOf(answer.responses)) {
      const id = policies.get(textOf(response.id));
      if (id === undefined || !isObject(response.error)) continue;
      // What comes after the first refusal may follow from it.
      if (!refusals.has(id)) refusals.set(id, refusal(response));
      byPolicy.delete(id);
    }
    const total = isObject(answer.total) ? answer.total : {};
    for (const row of arrayOf(total.policies)) {
      const id = textOf(row.deviceConfigurationId);
      if (byPolicy.has(id)) byPolicy.set(id, policyImpact(row));
    }
    totals.push(totalImpact(total));
    done += new Set(policies.values()).size;
    seen(done);
  }
  return { total: sum(totals), byPolicy, refusals };
}

const NO_IMPACT: PolicyImpact = { gained: 0, lost: 0, removed: 0 };

interface Chunk {
  readonly requests: readonly JsonObject[];
  /** The policy of each request, by the request's id. */
  readonly policies: ReadonlyMap<string, string>;
}

/** The very writes that apply makes, in its order; those of one policy stay together. */
function* chunksOf(changed: readonly PolicyChange[]): Generator<Chunk, void, void> {
  let requests: JsonObject[] = [];
  let policies = new Map<string, string>();
  let size = 0;
  for (const { policy, changes } of changed) {
    const own = changes.map((change) => writeOf(policy.id, change));
    const bytes = own.reduce((all, write) => all + Buffer.byteLength(JSON.stringify(write)) + 24, 0);
    if (requests.length > 0 && (requests.length + own.length > MOST_REQUESTS || size + bytes > MOST_BYTES)) {
      yield { requests, policies };
      requests = [];
      policies = new Map();
      size = 0;
    }
    for (const { method, url, body } of own) {
      const id = String(requests.length);
      policies.set(id, policy.id);
      requests.push({ id, method, url, ...(body === undefined ? {} : { body }) });
    }
    size += bytes;
  }
  if (requests.length > 0) yield { requests, policies };
}

function policyImpact({ gained, lost, removed }: JsonObject): PolicyImpact {
  return { gained: numberOf(gained), lost: numberOf(lost), removed: numberOf(removed) };
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
