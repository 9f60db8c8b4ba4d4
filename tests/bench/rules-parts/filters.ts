import { createManagedDeviceTable, type ManagedDeviceRow } from '../../../src/engine/columns/managed-device.js';
import type { Table } from '../../../src/engine/columns/table.js';
import { size } from '../../../src/engine/device-set.js';
import { compileFilterRule, type FilterRule, interpretFilterRule, validateFilterRule } from '../../../src/engine/rules/filter/index.js';
import { median } from '../harness/report.js';

const DEVICES = 1_000_000;
const ROUNDS = 21;
/** A plain loop needs an object a device; a tenth of the fleet is enough to tell its speed. */
const LOOP_DEVICES = 100_000;

const sites = ['LON', 'PAR', 'BER', 'NYC', 'SEA', 'OSL', 'TYO', 'SYD'];
const models = [
  ['Microsoft Corporation', 'Surface Laptop 6'],
  ['Dell Inc.', 'Latitude 7450'],
  ['LENOVO', 'ThinkPad X1 Carbon Gen 12'],
  ['HP', 'HP EliteBook 840 14 inch G11'],
] as const;

function device(index: number): ManagedDeviceRow {
  const [manufacturer, model] = models[index % models.length]!;
  const hex = Math.imul(index + 1, 0x9e37_79b1) >>> 0;
  const version = `10.0.${[19045, 22631, 26100][index % 3]}.${1000 + (index % 300)}`;
  return {
    deviceName: `${sites[index % sites.length]}-${hex.toString(36).toUpperCase().padStart(7, '0')}${index % 10}`,
    manufacturer,
    model,
    deviceCategory: index % 4 === 0 ? null : 'Office',
    osVersion: version,
    operatingSystemVersion: version,
    deviceOwnership: index % 9 === 0 ? 'Personal' : 'Corporate',
    isRooted: null,
    enrollmentProfileName: index % 2 === 0 ? 'Autopilot user-driven' : null,
    deviceTrustType: index % 5 === 0 ? 'Hybrid Azure AD joined' : 'Azure AD joined',
    operatingSystemSKU: 'Enterprise',
    cpuArchitecture: 'amd64',
    deviceManagementType: null,
    isTpmAttested: 'False',
    deviceId: `${hex.toString(16).padStart(8, '0')}-0000-4000-8000-${index.toString(16).padStart(12, '0')}`,
    userPrincipalName: `person${index >>> 1}@fleet.example.com`,
    operatingSystem: 'Windows',
    platform: 'windows10AndLater',
  };
}

function fleet(): { readonly devices: Table; readonly mebibytes: number } {
  const before = memory();
  const devices = createManagedDeviceTable();
  for (let index = 0; index < DEVICES; index += 1) devices.add(device(index));
  return { devices, mebibytes: memory() - before };
}

function memory(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}

function ruleOf(text: string): FilterRule {
  const verdict = validateFilterRule(text, 'windows10AndLater');
  if (!verdict.valid) throw new Error(`a rule of the benchmark is invalid: ${text}`);
  return verdict.ast;
}

/** Milliseconds of the rules made for each round, all different so that nothing can be remembered. */
function timed(devices: Table, ruleFor: (round: number) => string): readonly number[] {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const compiled = compileFilterRule(ruleOf(ruleFor(round)));
    const start = performance.now();
    const found = size(compiled.evaluate(devices));
    rounds.push(performance.now() - start);
    if (found === 0) throw new Error(`a rule of the benchmark found nothing: ${ruleFor(round)}`);
  }
  return rounds;
}

function loopMillis(rule: FilterRule): number {
  const objects = Array.from({ length: LOOP_DEVICES }, (_, index) => device(index));
  const rounds: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const start = performance.now();
    let found = 0;
    for (const object of objects) if (interpretFilterRule(rule, object)) found += 1;
    rounds.push(((performance.now() - start) * DEVICES) / LOOP_DEVICES);
    if (found === 0) throw new Error('the loop found nothing');
  }
  return median(rounds);
}

export function measureFilters(): Readonly<Record<string, number>> {
  const { devices, mebibytes } = fleet();
  const names = devices.textColumn('deviceName');
  const nameOf = (round: number) => names?.text((round * 47_123) % DEVICES) ?? '';
  const clause = (operator: string, value: string) => `device.deviceName ${operator} "${value.toLowerCase()}"`;

  const figures = {
    filterEqMillis1M: median(timed(devices, (round) => clause('-eq', nameOf(round)))),
    filterPrefixMillis1M: median(timed(devices, (round) => clause('-startsWith', nameOf(round).slice(0, 5)))),
    // Needles that hardly any name has, that many have, and single characters that most have.
    filterContainsMillis1M: median([
      ...timed(devices, (round) => clause('-contains', nameOf(round).slice(5, 10))),
      ...timed(devices, (round) => clause('-contains', nameOf(round).slice(3, 6))),
      ...timed(devices, (round) => clause('-contains', nameOf(round).charAt(round % 10))),
    ]),
  };
  return {
    ...figures,
    timesPlainLoop: loopMillis(ruleOf(clause('-contains', nameOf(3).slice(3, 6)))) / figures.filterContainsMillis1M,
    deviceTableMiB: mebibytes,
  };
}
