import { describe, expect, it } from 'vitest';
import type { Reason } from '../../src/engine/targeting/policy.js';
import { engineOf, feed } from '../support/feed-engine.js';
import { findingsNaively } from '../support/naive-findings.js';
import { resolveNaively } from '../support/naive-targeting.js';
import { assignmentId, DEVICE, POLICY, tenantsOf } from './case-tenant.js';
import { type Answer, expectAnswer, loadCases, pointsAt, type TargetingCase } from './load-cases.js';

const cases = loadCases();

describe('who gets what, by the engine', () => {
  it('has a case for every row of the truth table, and more', () => {
    const rows = cases.flatMap(([, { row }]) => row ?? []);
    expect(rows).toEqual(Array.from({ length: 26 }, (_, index) => index + 1));
    const further = cases.flatMap(([, given]) => given.case ?? []);
    expect(further).toEqual(Array.from({ length: cases.length - 26 }, (_, index) => index + 1));
  });

  it.each(cases)('%s', (_title, given) => {
    const { assigned, afterwards } = tenantsOf(given);
    const engine = engineOf(assigned, 1);
    // Answers of before are kept, and must not stay.
    engine.targeting.effective(DEVICE, true);
    feed(engine, assigned, afterwards, 1);
    const { targeting } = engine;

    const explained = targeting.explain(POLICY, DEVICE);
    expectAnswer(given, { outcome: explained?.outcome ?? '', reasons: (explained?.reasons ?? []).map((reason) => named(reason, given)) });
    expect(targeting.effective(DEVICE, true)).toEqual([explained]);
    const reaches = given.expect.outcome !== 'notTargeted';
    expect(targeting.outcomesOf(DEVICE)).toEqual(reaches ? [{ policyId: POLICY, outcome: given.expect.outcome, reasons: [] }] : []);
    expect(targeting.counts(POLICY)?.[given.expect.outcome]).toBe(1);
    expect(
      targeting
        .devicesWith(POLICY, given.expect.outcome)
        ?.page(0, 10)
        .map(({ id }) => id),
    ).toEqual([DEVICE]);
    expect(targeting.findings().map(({ code }) => code)).toEqual(given.expect.findings);
  });

  // The plain resolution, which random tenants are held against, reads the semantics as the cases do.
  it.each(cases)('plainly: %s', (_title, given) => {
    const { afterwards } = tenantsOf(given);
    expect(resolveNaively(afterwards, POLICY, DEVICE).outcome).toBe(given.expect.outcome);
    expect(findingsNaively(afterwards, POLICY).map(({ code }) => code)).toEqual(given.expect.findings);
  });
});

function named({ kind, groupPath, filter, excludedBy }: Reason, given: TargetingCase): Answer['reasons'][number] {
  const excluding = (id: string) => String(given.assignments.map(pointsAt).find((_, index) => assignmentId(index) === id));
  return {
    kind,
    path: groupPath,
    filter: filter && { name: filter.id, result: filter.result, clause: filter.clause, deviceValue: filter.deviceValue },
    excludedBy: excludedBy && { name: excluding(excludedBy.assignmentId), path: excludedBy.groupPath },
  };
}
