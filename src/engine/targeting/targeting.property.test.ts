import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allAnswers, expectAgreement, idsOf, plainAnswers, same } from '../../../tests/support/agreement.js';
import { engineOf, feed } from '../../../tests/support/feed-engine.js';
import { impactNaively, type NaiveImpact, type NaivePair, sortedFindings } from '../../../tests/support/naive-findings.js';
import type { NaiveTenant } from '../../../tests/support/naive-targeting.js';
import { afterStep, arbitraryStep, arbitraryTenant } from '../../../tests/support/random-tenant.js';
import type { Impact } from './index.js';

/** Tenants a property: `RUNS=1000 npx vitest run …` for a longer search. */
const RUNS = Number(process.env.RUNS ?? 60);
const TIMEOUT = Math.max(120_000, RUNS * 2000);
const order = fc.nat(1_000_000);

describe('the engine and the plain resolution', () => {
  it(
    'agree on random tenants, in whatever order they were told',
    () => {
      fc.assert(
        fc.property(arbitraryTenant, order, (tenant, seed) => {
          expectAgreement(engineOf(tenant, seed), tenant);
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT,
  );

  it(
    'agree after every step of a random history, as does an engine that starts there',
    () => {
      fc.assert(
        fc.property(arbitraryTenant, fc.array(arbitraryStep, { minLength: 1, maxLength: 12 }), order, (start, steps, seed) => {
          const engine = engineOf(start, seed);
          let tenant = start;
          expectAgreement(engine, tenant);
          for (const [index, step] of steps.entries()) {
            const next = afterStep(tenant, step);
            feed(engine, tenant, next, seed + index);
            tenant = next;
            expectAgreement(engine, tenant);
            same(plainAnswers(engine, tenant), plainAnswers(engineOf(tenant, seed + 1000), tenant));
          }
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT,
  );

  // Nothing is asked between the steps, so that marks gather and nothing is kept in between.
  it(
    'agree at the end of a long history of which nobody asked anything',
    () => {
      fc.assert(
        fc.property(
          arbitraryTenant,
          fc.array(arbitraryStep, { minLength: 20, maxLength: 60, size: 'max' }),
          order,
          (start, steps, seed) => {
            const engine = engineOf(start, seed);
            if (seed % 2 === 0) expectAgreement(engine, start);
            const end = steps.reduce((tenant, step, index) => {
              const next = afterStep(tenant, step);
              feed(engine, tenant, next, seed + index);
              return next;
            }, start);
            expectAgreement(engine, end);
          },
        ),
        { numRuns: RUNS },
      );
    },
    TIMEOUT,
  );
});

describe('a rehearsal', () => {
  const steps = fc.array(arbitraryStep, { minLength: 1, maxLength: 5 });

  it(
    'tells the difference that each step makes, and all of them, and leaves the engine as it was',
    () => {
      fc.assert(
        fc.property(arbitraryTenant, steps, order, fc.boolean(), fc.boolean(), (start, taken, seed, asked, stepwise) => {
          const states = [start];
          for (const step of taken) states.push(afterStep(states.at(-1) ?? start, step));
          const end = states.at(-1) ?? start;
          const engine = engineOf(start, seed);
          // An engine that has kept answers, and one that has kept none.
          const before = asked ? allAnswers(engine, start) : undefined;

          const rehearsal = engine.targeting.rehearse(
            taken.map((_, index) => () => feed(engine, states[index] as NaiveTenant, states[index + 1] as NaiveTenant, seed + index)),
            () => {
              if (!stepwise) feed(engine, end, start, seed);
              else
                for (let at = states.length - 1; at > 0; at -= 1)
                  feed(engine, states[at] as NaiveTenant, states[at - 1] as NaiveTenant, seed + at);
            },
          );

          expect(rehearsal.steps.map(plainImpact)).toEqual(
            taken.map((_, index) => asPlain(impactNaively(states[index] as NaiveTenant, states[index + 1] as NaiveTenant))),
          );
          expect(plainImpact(rehearsal.total)).toEqual(asPlain(impactNaively(start, end)));
          expect(rehearsal.valid()).toBe(true);
          if (before !== undefined) expect(allAnswers(engine, start)).toEqual(before);
          expectAgreement(engine, start);
        }),
        { numRuns: 2 * RUNS },
      );
    },
    TIMEOUT,
  );

  it(
    'does not change what the same steps do when they come in earnest',
    () => {
      fc.assert(
        fc.property(arbitraryTenant, steps, order, (start, taken, seed) => {
          const engine = engineOf(start, seed);
          let tenant = start;
          for (const step of taken) {
            const [from, to] = [tenant, afterStep(tenant, step)];
            const { total } = engine.targeting.rehearse([() => feed(engine, from, to, seed)], () => feed(engine, to, from, seed));
            expect(plainImpact(total)).toEqual(asPlain(impactNaively(from, to)));
            feed(engine, from, to, seed);
            tenant = to;
            expectAgreement(engine, tenant);
          }
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT,
  );
});

/** An impact as the plain difference has it: the devices of its lists, its numbers. */
function plainImpact(impact: Impact) {
  const side = (name: 'gained' | 'lost' | 'removed') => ({
    pairs: impact[name].count,
    devices: idsOf(impact[name].devices),
    count: impact[name].devices.count,
    policies: impact.policies.filter((policy) => policy[name] > 0).map((policy) => [policy.policyId, policy[name]]),
  });
  return {
    gained: side('gained'),
    lost: side('lost'),
    removed: side('removed'),
    affectedDevices: impact.affectedDevices,
    affectedUsers: impact.affectedUsers,
    findings: sortedFindings(impact.findings),
  };
}

function asPlain(impact: NaiveImpact): ReturnType<typeof plainImpact> {
  const side = (pairs: readonly NaivePair[]) => {
    const devices = [...new Set(pairs.map(({ deviceId }) => deviceId))].sort();
    const perPolicy = new Map<string, number>();
    for (const { policyId } of pairs) perPolicy.set(policyId, (perPolicy.get(policyId) ?? 0) + 1);
    return { pairs: pairs.length, devices, count: devices.length, policies: [...perPolicy] };
  };
  return {
    gained: side(impact.gained),
    lost: side(impact.lost),
    removed: side(impact.removed),
    affectedDevices: impact.affectedDevices.length,
    affectedUsers: impact.affectedUsers.length,
    findings: impact.findings,
  };
}
