/** Questions about a device's own attributes (filters, platforms, applicability rules), asked of all devices at once and kept level. */
import type { ManagedDeviceRow } from '../columns/managed-device.js';
import { devicesOfPlatform } from '../columns/managed-device.js';
import { selectText } from '../columns/select.js';
import type { Table } from '../columns/table.js';
import { compareVersions, parseVersion } from '../columns/version.js';
import { complementWithin, type DeviceSet, emptySet, has, intersect, unionOf } from '../device-set.js';
import { compileFilterRule, type FilterRule, validateFilterRule } from '../rules/filter/index.js';
import type { WordArena } from '../words/word-arena.js';
import { corrected, MAX_MARKS } from './kept-set.js';
import type { ApplicabilityRule, Filter, Policy } from './policy.js';

export interface Predicate {
  /** The live devices that it holds for. */
  all(): DeviceSet;
  holds(device: number): boolean;
  readonly columns: ReadonlySet<string>;
}

export interface DevicePredicates {
  /** Undefined for a filter that does not exist. */
  filter(id: string): Predicate | undefined;
  /** The filter's rule as read; undefined where it is none. */
  ruleOf(id: string): FilterRule | undefined;
  platformOf(id: string): string | undefined;
  filters(): Iterable<Filter>;
  putFilter(filter: Filter): void;
  removeFilter(id: string): void;
  /** Devices that a policy can be on by platform; undefined: all. */
  platforms(policy: Policy): Predicate | undefined;
  /** The same, its applicability rules heeded too. */
  eligible(policy: Policy): Predicate | undefined;
  /** Columns that decide `eligible`. */
  columnsOf(policy: Policy): ReadonlySet<string>;
  /** The device has come, gone or changed. @param columns the changed ones; undefined: all */
  changed(device: number, columns: ReadonlySet<string> | undefined): void;
  /** The arena is another one: what is kept moves there. */
  move(): void;
}

interface Kept {
  readonly predicate: Predicate;
  set: DeviceSet | undefined;
  marked: number[];
}

const PLATFORM = new Set(['platform']);

/** @param arena where sets are kept */
export function createDevicePredicates(table: Table, arena: () => WordArena): DevicePredicates {
  const kept = new Map<string, Kept>();
  const filters = new Map<string, { readonly filter: Filter; readonly rule: FilterRule | undefined; readonly predicate: Predicate }>();

  /** The same question, its answer kept. */
  const keep = (key: string, question: () => Predicate): Predicate => {
    const known = kept.get(key);
    if (known !== undefined) return known.predicate;
    const asked = question();
    const entry: Kept = {
      set: undefined,
      marked: [],
      predicate: {
        columns: asked.columns,
        holds: (device) => (entry.set !== undefined && entry.marked.length === 0 ? has(entry.set, device) : asked.holds(device)),
        all() {
          const known = entry.set;
          const now = known === undefined ? asked.all() : corrected(known, entry.marked, asked.holds);
          entry.marked = [];
          if (now === known) return now;
          forgetSet(entry);
          entry.set = arena().keep(now);
          return entry.set;
        },
      },
    };
    kept.set(key, entry);
    return entry.predicate;
  };

  const forgetSet = (entry: Kept | undefined) => {
    if (entry?.set !== undefined) arena().drop(entry.set);
    if (entry !== undefined) entry.set = undefined;
  };

  const platformIs = (platform: string) =>
    keep(`platform ${platform}`, () => ({
      columns: PLATFORM,
      all: () => devicesOfPlatform(table, platform),
      holds: (device) => table.isLive(device) && table.textColumn('platform')?.text(device) === platform,
    }));

  const platforms = (policy: Policy): Predicate | undefined => {
    if (policy.platforms === undefined) return undefined;
    const names = [...policy.platforms].sort();
    const [only] = names;
    if (only !== undefined && names.length === 1) return platformIs(only);
    return keep(`platforms ${names.join(' ')}`, () => ({
      columns: PLATFORM,
      all: () => (names.length === 0 ? emptySet(table.rows) : unionOf(names.map((name) => platformIs(name).all()))),
      holds: (device) => names.some((name) => platformIs(name).holds(device)),
    }));
  };

  /** Asked for every policy of every device: the answer is remembered with the policy. */
  const remembered = new WeakMap<Policy, { readonly eligible: Predicate | undefined }>();

  const eligible = (policy: Policy): Predicate | undefined => {
    const known = remembered.get(policy);
    if (known !== undefined) return known.eligible;
    const found = findEligible(policy);
    remembered.set(policy, { eligible: found });
    return found;
  };

  const findEligible = (policy: Policy): Predicate | undefined => {
    const platform = platforms(policy);
    if (policy.rules.length === 0) return platform;
    const key = `${[...(policy.platforms ?? ['*'])].sort().join(' ')} ${policy.rules.map(ruleText).join(' ')}`;
    return keep(key, () => {
      const rules = policy.rules.map((rule) => ruleHolds(rule, table));
      const every = platform === undefined ? rules : [platform, ...rules];
      return {
        columns: new Set(every.flatMap(({ columns }) => [...columns])),
        all: () => every.map((each) => each.all()).reduce(intersect),
        holds: (device) => every.every((each) => each.holds(device)),
      };
    });
  };

  return {
    filter: (id) => filters.get(id)?.predicate,
    ruleOf: (id) => filters.get(id)?.rule,
    platformOf: (id) => filters.get(id)?.filter.platform,
    filters: () => [...filters.values()].map(({ filter }) => filter),
    putFilter(filter) {
      const known = filters.get(filter.id);
      if (known?.filter.rule === filter.rule && known.filter.platform === filter.platform) return;
      const validated = validateFilterRule(filter.rule, filter.platform, 'evaluate');
      const rule = validated.valid ? validated.ast : undefined;
      forgetSet(kept.get(`filter ${filter.id}`));
      kept.delete(`filter ${filter.id}`);
      const predicate = keep(`filter ${filter.id}`, () => filterHolds(rule, platformIs(filter.platform), table));
      filters.set(filter.id, { filter, rule, predicate });
    },
    removeFilter(id) {
      filters.delete(id);
      forgetSet(kept.get(`filter ${id}`));
      kept.delete(`filter ${id}`);
    },
    platforms,
    eligible,
    move() {
      for (const entry of kept.values()) if (entry.set !== undefined) entry.set = arena().keep(entry.set);
    },
    columnsOf: (policy) => eligible(policy)?.columns ?? new Set(),
    changed(device, columns) {
      for (const entry of kept.values()) {
        if (entry.set === undefined) continue;
        if (columns !== undefined && !meet(entry.predicate.columns, columns)) continue;
        if (entry.marked.length < MAX_MARKS) entry.marked.push(device);
        else {
          forgetSet(entry);
          entry.marked = [];
        }
      }
    },
  };
}

function filterHolds(rule: FilterRule | undefined, platform: Predicate, table: Table): Predicate {
  if (rule === undefined) return { columns: new Set(), all: () => emptySet(table.rows), holds: () => false };
  const compiled = compileFilterRule(rule);
  return {
    columns: new Set([...compiled.columns, 'platform']),
    all: () => intersect(platform.all(), compiled.evaluate(table)),
    holds: (device) => platform.holds(device) && compiled.matches(table, device),
  };
}

/** Whether two sets of names have one in common. */
export function meet(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  for (const name of some) if (others.has(name)) return true;
  return false;
}

function ruleText(rule: ApplicabilityRule): string {
  return JSON.stringify(rule.kind === 'edition' ? { ...rule, skus: [...rule.skus].sort() } : rule);
}

/** An include rule asks that it matches, an exclude rule that it does not; a device whose value is unknown matches neither. */
function ruleHolds(rule: ApplicabilityRule, table: Table): Predicate {
  const matches = matching(rule, table);
  if (rule.include) return matches;
  return {
    columns: matches.columns,
    all: () => complementWithin(table.live(), matches.all()),
    holds: (device) => table.isLive(device) && !matches.holds(device),
  };
}

function matching(rule: ApplicabilityRule, table: Table): Predicate {
  switch (rule.kind) {
    case 'edition':
      return textMatches('operatingSystemSKU', (text) => rule.skus.has(text.toLowerCase()), table);
    case 'version':
      return textMatches('operatingSystemVersion', (text) => isBetween(text, rule.min, rule.max), table);
    case 'mode':
      // No property of a managed device tells S mode: every device counts as one in the standard mode.
      return {
        columns: new Set(),
        all: () => (rule.sMode ? emptySet(table.rows) : table.live()),
        holds: (device) => !rule.sMode && table.isLive(device),
      };
  }
}

function textMatches(name: keyof ManagedDeviceRow, accepts: (text: string) => boolean, table: Table): Predicate {
  return {
    columns: new Set([name]),
    all() {
      const column = table.textColumn(name);
      return column === undefined ? emptySet(table.rows) : selectText(column, accepts);
    },
    holds(device) {
      const text = table.isLive(device) ? table.textColumn(name)?.text(device) : undefined;
      return typeof text === 'string' && accepts(text);
    },
  };
}

function isBetween(text: string, min: string | null, max: string | null): boolean {
  const version = parseVersion(text);
  if (version === null) return false;
  const [lowest, highest] = [min, max].map((end) => (end === null || end === '' ? null : parseVersion(end)));
  if (lowest !== null && lowest !== undefined && compareVersions(version, lowest) < 0) return false;
  return highest === null || highest === undefined || compareVersions(version, highest) <= 0;
}
