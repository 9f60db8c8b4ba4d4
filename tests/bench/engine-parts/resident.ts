/** The resident engine on its own: its memory, all policies at once, the impact of one PATCH, and what one device gets. */
import type { TenantEngine } from '../../../src/engine/tenant-engine.js';
import { median } from '../harness/report.js';
import { chanceOf } from './chance.js';
import { engineOf } from './feed.js';
import { managedDeviceId, THING } from './fleet.js';
import { asAssignment, type Patch, policyId } from './policies.js';
import { percentile, progress, told } from './progress.js';
import { asPolicy, type BenchTenant } from './tenant.js';

const PATCHES = 2000;
const QUESTIONS = 5000;
/** Asked before the clock runs: the compiler needs some calls to do its best, of changes of many kinds some more. */
const WARM_UP = 200;
const PATCH_WARM_UP = 1000;

export interface ChangedCounts {
  readonly gained: number;
  readonly lost: number;
  readonly removed: number;
}

export interface Resident {
  readonly engine: TenantEngine;
  readonly figures: Readonly<Record<string, number>>;
  /** Milliseconds of every PATCH sample's rehearsal, and what it came to. */
  readonly patchMillis: readonly number[];
  readonly patchCounts: readonly ChangedCounts[];
}

export function measureResident(tenant: BenchTenant): Resident {
  const baseline = mebibytes();
  const from = performance.now();
  const engine = engineOf(tenant);
  const buildSeconds = (performance.now() - from) / 1000;
  const built = mebibytes() - baseline;
  progress(`engine built: ${built.toFixed(0)} MiB`);
  const cold = resolveAll(tenant, engine);
  touchPolicies(tenant, engine);
  const all = resolveAll(tenant, engine);
  const withResults = mebibytes() - baseline;
  progress(`engine with every policy resolved: ${withResults.toFixed(0)} MiB`);
  const patches = measurePatches(tenant, engine, false);
  const withFindings = measurePatches(tenant, engine, true);
  const plain = told('what devices get', () => perDevice(tenant, (id) => engine.targeting.outcomesOf(id)?.length));
  const reasons = told('what devices get, with reasons', () => perDevice(tenant, (id) => engine.targeting.effective(id, false)?.length));
  return {
    engine,
    patchMillis: patches.millis,
    patchCounts: patches.counts,
    figures: {
      impactMedianMillis: median(patches.millis),
      impactMeanMillis: patches.millis.reduce((sum, each) => sum + each, 0) / patches.millis.length,
      impactP99Millis: percentile(patches.millis, 0.99),
      impactWithFindingsMedianMillis: median(withFindings.millis),
      impactWithFindingsP99Millis: percentile(withFindings.millis, 0.99),
      resolveAllMillis: all.millis,
      resolveAllFromNothingMillis: cold.millis,
      policiesPerDevice: all.pairs / tenant.size.devices,
      deviceMedianMillis: median(plain.millis),
      deviceP99Millis: percentile(plain.millis, 0.99),
      policiesReachingADevice: plain.found / QUESTIONS,
      deviceWithReasonsMillis: median(reasons.millis),
      deviceWithReasonsP99Millis: percentile(reasons.millis, 0.99),
      buildSeconds,
      engineBuiltMiB: built,
      engineMiB: withResults,
    },
  };
}

/** Counts of every policy. @returns milliseconds, and (device, policy) pairs that are applied or removed */
function resolveAll(tenant: BenchTenant, { targeting }: TenantEngine): { readonly millis: number; readonly pairs: number } {
  let pairs = 0;
  const from = performance.now();
  for (let index = 0; index < tenant.size.policies; index += 1) {
    const counts = targeting.counts(policyId(index));
    if (counts === undefined) throw new Error(`policy ${index} is unknown to the engine`);
    pairs += counts.applied + counts.removed;
  }
  const millis = performance.now() - from;
  progress(`all policies: ${millis.toFixed(0)} ms`);
  return { millis, pairs };
}

/** Every policy is put again, so that its results are worked out anew, while what its targets reach stays at hand. */
function touchPolicies(tenant: BenchTenant, { targeting }: TenantEngine): void {
  for (const policy of tenant.policies()) targeting.putPolicy(asPolicy(policy));
}

function measurePatches(
  tenant: BenchTenant,
  engine: TenantEngine,
  findings: boolean,
): { readonly millis: readonly number[]; readonly counts: readonly ChangedCounts[] } {
  for (let sample = 0; sample < PATCH_WARM_UP; sample += 1) rehearse(engine, tenant.patch(PATCHES + sample), findings);
  const millis: number[] = [];
  const counts: ChangedCounts[] = [];
  told(`${PATCHES} PATCHes rehearsed${findings ? ', with findings' : ''}`, () => {
    for (let sample = 0; sample < PATCHES; sample += 1) {
      const patch = tenant.patch(sample);
      const from = performance.now();
      counts.push(rehearse(engine, patch, findings));
      millis.push(performance.now() - from);
    }
  });
  return { millis, counts };
}

/** @param findings whether the assignments that a change makes pointless are looked for, which SQL is not asked */
export function rehearse({ targeting }: TenantEngine, { policy, before, after }: Patch, findings = false): ChangedCounts {
  const id = policyId(policy);
  const put = (assignment: Patch['before']) => targeting.putAssignment(id, asAssignment(policy, assignment));
  const { total } = targeting.rehearse([() => put(after)], () => put(before), { findings });
  return { gained: total.gained.count, lost: total.lost.count, removed: total.removed.count };
}

function perDevice(
  tenant: BenchTenant,
  ask: (deviceId: string) => number | undefined,
): { readonly millis: readonly number[]; readonly found: number } {
  const chance = chanceOf(THING.asked, 0);
  const millis: number[] = [];
  let found = 0;
  for (let question = -WARM_UP; question < QUESTIONS; question += 1) {
    const id = managedDeviceId(chance.below(tenant.size.devices));
    const from = performance.now();
    const rows = ask(id);
    const spent = performance.now() - from;
    if (rows === undefined) throw new Error(`device ${id} is unknown to the engine`);
    if (question < 0) continue;
    millis.push(spent);
    found += rows;
  }
  return { millis, found };
}

function mebibytes(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}
