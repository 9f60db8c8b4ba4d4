/** A tenant engine's answers against the plain resolution, and against each other. */
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { type DeviceList, outcomes, type PolicyOutcome, type ReachKind, type Reason } from '../../src/engine/targeting/index.js';
import type { TenantEngine } from '../../src/engine/tenant-engine.js';
import { devicesByOutcome, findingsNaively, sortedFindings } from './naive-findings.js';
import { assignmentsOf, isChain, type NaiveTenant, resolveNaively, shortestChain } from './naive-targeting.js';

/** `toEqual`, at little cost where it holds. */
export function same(seen: unknown, wanted: unknown): void {
  if (!isDeepStrictEqual(seen, wanted)) expect(seen).toEqual(wanted);
}

/** Every answer of the engine against the plain resolution. */
export function expectAgreement({ targeting }: TenantEngine, tenant: NaiveTenant): void {
  const policyIds = [...tenant.policies.keys()].sort();
  const deviceIds = [...tenant.managedDevices.keys()].sort();
  for (const policyId of policyIds) {
    const expected = devicesByOutcome(tenant, policyId);
    same(targeting.counts(policyId), Object.fromEntries(outcomes.map((outcome) => [outcome, expected[outcome].length])));
    for (const outcome of outcomes) {
      const list = targeting.devicesWith(policyId, outcome);
      same(list?.count, expected[outcome].length);
      same(idsOf(list), [...expected[outcome]].sort());
    }
    same(sortedFindings(targeting.findings(policyId)), sortedFindings(findingsNaively(tenant, policyId)));
  }
  same(
    targeting.findings().map(({ policyId }) => policyId),
    policyIds.flatMap((id) => findingsNaively(tenant, id).map(() => id)),
  );
  for (const deviceId of deviceIds) {
    const expected = policyIds.map((policyId) => ({ policyId, ...resolveNaively(tenant, policyId, deviceId) }));
    const reaching = expected.filter(({ outcome }) => outcome !== 'notTargeted').map(({ policyId, outcome }) => ({ policyId, outcome }));
    same(
      targeting.outcomesOf(deviceId),
      reaching.map((each) => ({ ...each, reasons: [] })),
    );
    const reachingWithReasons = targeting.effective(deviceId, false);
    same(
      reachingWithReasons?.map(({ policyId, outcome }) => ({ policyId, outcome })),
      reaching,
    );
    const effective = targeting.effective(deviceId, true);
    same(
      effective?.map(({ policyId, outcome }) => ({ policyId, outcome })),
      expected.map(({ policyId, outcome }) => ({ policyId, outcome })),
    );
    same(
      reachingWithReasons,
      effective?.filter(({ outcome }) => outcome !== 'notTargeted'),
    );
    for (const answer of effective ?? []) {
      expectReasons(tenant, deviceId, answer);
      same(targeting.explain(answer.policyId, deviceId), answer);
    }
  }
  for (const unknown of ['nothing', 'm0', 'p0'].filter((id) => !tenant.policies.has(id) && !tenant.managedDevices.has(id))) {
    same(targeting.counts(unknown), undefined);
    same(targeting.devicesWith(unknown, 'applied'), undefined);
    same(targeting.outcomesOf(unknown), undefined);
    same(targeting.effective(unknown, true), undefined);
    same(targeting.explain(unknown, deviceIds[0] ?? 'nothing'), undefined);
    same(targeting.explain(policyIds[0] ?? 'nothing', unknown), undefined);
    same(targeting.findings(unknown), []);
  }
}

function expectReasons(tenant: NaiveTenant, deviceId: string, { policyId, reasons }: PolicyOutcome): void {
  const expected = resolveNaively(tenant, policyId, deviceId).reasons;
  const name = ({ assignmentId, kind }: { assignmentId: string; kind: ReachKind }) => `${assignmentId} by ${kind}`;
  same(reasons.map(name).sort(), expected.map(name).sort());
  const assignments = new Map(assignmentsOf(tenant, policyId).map((assignment) => [assignment.id, assignment]));
  const expectPath = (assignmentId: string, kind: ReachKind, path: readonly string[]) => {
    const target = assignments.get(assignmentId)?.target;
    if (target === undefined) throw new Error(`a reason names the assignment ${assignmentId}, which is not there`);
    // A scope tag's object reaches its own devices without a group.
    const itself = target.kind === 'scopeTag' && path.length === 0;
    same(path.length, itself ? 0 : (shortestChain(tenant, target, deviceId, kind) ?? 0));
    if (path.length === 0) return;
    same(path[0], target.kind === 'group' ? target.groupId : target.kind === 'scopeTag' ? target.objectId : undefined);
    same(isChain(tenant, path, deviceId, kind), true);
  };
  for (const reason of reasons) {
    const wanted = expected.find((each) => name(each) === name(reason));
    if (wanted === undefined) throw new Error(`no reason ${name(reason)}`);
    same(reason.intent, wanted.intent);
    same(reason.filter && { id: reason.filter.id, mode: reason.filter.mode, result: reason.filter.result }, wanted.filter);
    if (reason.filter?.result === 'notEvaluated') expect(reason.filter).toMatchObject({ clause: null, deviceValue: null });
    expectPath(reason.assignmentId, reason.kind, reason.groupPath);
    same(reason.excludedBy !== undefined, wanted.excludedBy.length > 0);
    if (reason.excludedBy === undefined) continue;
    expect(wanted.excludedBy).toContain(reason.excludedBy.assignmentId);
    expectPath(reason.excludedBy.assignmentId, reason.kind, reason.excludedBy.groupPath);
  }
}

/** Ids of a list, read page by page, in no order. */
export function idsOf(list: DeviceList | undefined): readonly string[] {
  return pagesOf(list)
    .map(({ id }) => id)
    .sort();
}

function pagesOf(list: DeviceList | undefined) {
  const found = [];
  for (let skip = 0; list !== undefined; skip += 3) {
    const page = list.page(skip, 3);
    if (page.length === 0) break;
    found.push(...page);
  }
  return found;
}

/** All that the engine says of what it knows, but for the groups on a path: of several shortest chains any one explains. */
export function allAnswers({ targeting }: TenantEngine, tenant: NaiveTenant) {
  return {
    policies: [...tenant.policies.keys()].map((id) => ({
      id,
      counts: targeting.counts(id),
      devices: outcomes.map((outcome) => pagesOf(targeting.devicesWith(id, outcome))),
    })),
    devices: [...tenant.managedDevices.keys()].map((id) => ({
      id,
      outcomes: targeting.outcomesOf(id),
      effective: targeting.effective(id, true)?.map((answer) => ({ ...answer, reasons: answer.reasons.map(withPathLengths) })),
    })),
    findings: targeting.findings(),
  };
}

function withPathLengths({ groupPath, excludedBy, ...reason }: Reason) {
  const exclusion = excludedBy && { assignmentId: excludedBy.assignmentId, groups: excludedBy.groupPath.length };
  return { ...reason, groups: groupPath.length, excludedBy: exclusion };
}

/** The same with devices in no order: they come in that of their enrolment. */
export function plainAnswers(engine: TenantEngine, tenant: NaiveTenant) {
  const { policies, ...others } = allAnswers(engine, tenant);
  const sorted = policies.map((policy) => ({
    ...policy,
    devices: policy.devices.map((list) => list.map((device) => JSON.stringify(device)).sort()),
  }));
  return { ...others, policies: sorted };
}
