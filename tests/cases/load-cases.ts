/** The cases of who gets what as they stand in the YAML files, checked so that a misspelt word fails instead of being passed over. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { findingCodes, outcomes } from '../../src/engine/targeting/policy.js';

const name = z.string().min(1);
const everybody = z.enum(['all devices', 'all users']);

const target = z.union([
  name,
  z.strictObject({ virtualGroup: everybody }),
  z.strictObject({ collection: name }),
  z.strictObject({ scopeTag: name, side: z.enum(['user', 'device', 'none']) }),
]);

const filter = z.union([z.strictObject({ include: name }), z.strictObject({ exclude: name })]);
const more = { intent: z.enum(['apply', 'remove']).default('apply'), filter: filter.optional() };
const assignment = z.union([
  z.strictObject({ include: target, ...more }),
  z.strictObject({ exclude: z.union([name, z.strictObject({ virtualGroup: everybody })]), ...more }),
]);

const ruleType = z.enum(['include', 'exclude']);
const rule = z.union([
  z.strictObject({ edition: z.array(z.enum(['Enterprise', 'Education', 'Professional'])), ruleType }),
  z.strictObject({ from: name.optional(), to: name.optional(), ruleType }),
  z.strictObject({ mode: z.enum(['s', 'standard']), ruleType }),
]);

const targetingCase = z.strictObject({
  row: z.number().optional(),
  case: z.number().optional(),
  says: z.string().min(1),
  user: z.enum(['licensed', 'unlicensed', 'none', 'unknown']).default('licensed'),
  directoryDevice: z.enum(['registered', 'none']).default('registered'),
  device: z.record(z.string(), z.union([z.string(), z.number(), z.null()])).default({}),
  policy: z.strictObject({ platform: z.enum(['windows', 'iOS']).default('windows'), rules: z.array(rule).default([]) }).prefault({}),
  /** Members are `device`, `user` and names of groups. */
  groups: z.record(name, z.union([z.array(name), z.strictObject({ rule: name })])).default({}),
  /** Rules of filters for Windows. */
  filters: z.record(name, name).default({}),
  collections: z.record(name, z.array(z.literal('device'))).default({}),
  assignments: z.array(assignment).default([]),
  afterwards: z
    .strictObject({
      deleteGroups: z.array(name).default([]),
      deleteFilters: z.array(name).default([]),
      disableFilters: z.boolean().default(false),
    })
    .prefault({}),
  expect: z.strictObject({
    outcome: z.enum(outcomes),
    by: z.array(z.enum(['device', 'user'])).optional(),
    path: z.array(name).optional(),
    excludedBy: name.optional(),
    filters: z.record(name, z.enum(['match', 'notMatch', 'notEvaluated'])).default({}),
    clause: name.optional(),
    deviceValue: name.optional(),
    findings: z.array(z.enum(findingCodes)).default([]),
  }),
});

export type TargetingCase = z.infer<typeof targetingCase>;
export type CaseAssignment = TargetingCase['assignments'][number];
export type CaseTarget = z.infer<typeof target>;
export type CaseRule = z.infer<typeof rule>;

/** What a case's device is unless the case says otherwise: members of a managedDevice. */
export const USUAL_DEVICE = {
  deviceName: 'PC-1',
  operatingSystem: 'Windows',
  osVersion: '10.0.22631.1',
  model: 'Surface',
  /** Enterprise. */
  skuNumber: 4,
  managedDeviceOwnerType: 'company',
} as const;

export const INTUNE_PLAN = 'c1ec4a95-1f05-45b3-a911-aa3fa01094f5';

/** All cases, with a title for each: `row 7: Excluding the device …`. */
export function loadCases(): readonly (readonly [title: string, targetingCase: TargetingCase])[] {
  return ['truth-table.yaml', 'beyond-the-table.yaml'].flatMap((file) => {
    const text = readFileSync(new URL(file, import.meta.url), 'utf8');
    return z
      .array(targetingCase)
      .parse(parse(text))
      .map((each): readonly [string, TargetingCase] => [
        `${each.row === undefined ? `case ${each.case}` : `row ${each.row}`}: ${each.says}`,
        each,
      ]);
  });
}

export function pointsAt(assignment: CaseAssignment): CaseTarget {
  return 'include' in assignment ? assignment.include : assignment.exclude;
}

/** What somebody says of a case's policy on its device, every id as the case's name for it. */
export interface Answer {
  readonly outcome: string;
  readonly reasons: readonly {
    readonly kind: string;
    readonly path: readonly string[];
    readonly filter:
      | { readonly name: string; readonly result: string; readonly clause: string | null; readonly deviceValue: string | null }
      | undefined;
    /** What the cancelling exclusion excludes, and the groups from there on. */
    readonly excludedBy: { readonly name: string; readonly path: readonly string[] } | undefined;
  }[];
}

export function expectAnswer({ expect: wanted }: TargetingCase, { outcome, reasons }: Answer): void {
  expect(outcome).toBe(wanted.outcome);
  const surviving = reasons.filter(({ excludedBy }) => excludedBy === undefined);
  if (wanted.by !== undefined) expect([...new Set(surviving.map(({ kind }) => kind))].sort()).toEqual([...wanted.by].sort());
  if (wanted.path !== undefined) {
    expect(surviving).not.toEqual([]);
    for (const { path } of surviving) expect(path).toEqual(wanted.path);
  }
  if (wanted.outcome === 'excluded') expect(surviving).toEqual([]);
  if (wanted.outcome === 'notTargeted') expect(reasons).toEqual([]);
  else expect(reasons).not.toEqual([]);
  if (wanted.excludedBy !== undefined) {
    const exclusions = reasons.flatMap(({ excludedBy }) => excludedBy ?? []);
    expect(exclusions.map((exclusion) => exclusion.name)).toContain(wanted.excludedBy);
    for (const { name: excluded, path } of exclusions) expect(path[0]).toBe(excluded);
  }
  const filtersOf = (wantedName: string) => reasons.flatMap(({ filter: found }) => (found?.name === wantedName ? [found] : []));
  for (const [filterName, result] of Object.entries(wanted.filters)) {
    expect([...new Set(filtersOf(filterName).map((found) => found.result))]).toEqual([result]);
  }
  if (wanted.clause === undefined) return;
  expect(reasons.map(({ filter: found }) => found && { clause: found.clause, deviceValue: found.deviceValue })).toContainEqual({
    clause: wanted.clause,
    deviceValue: wanted.deviceValue,
  });
}
