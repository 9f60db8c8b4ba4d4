/** Rows of configurations, as people look for them: first what the device gets. */
import type { JsonObject } from '../../kernel/json.js';
import { textOf } from '../graph/names.js';
import { count } from '../render/progress.js';

export const outcomes = ['applied', 'removed', 'excluded', 'filteredOut', 'notApplicable', 'notTargeted'] as const;

const names: readonly string[] = outcomes;
const place = (outcome: string) => (names.includes(outcome) ? names.indexOf(outcome) : names.length);

/** By outcome, then by name. */
export function byOutcome(rows: readonly JsonObject[]): readonly JsonObject[] {
  const compare = new Intl.Collator('en', { numeric: true }).compare;
  const keyed = rows.map((row) => ({ row, place: place(textOf(row.outcome)), name: textOf(row.displayName) }));
  return keyed.sort((a, b) => a.place - b.place || compare(a.name, b.name)).map(({ row }) => row);
}

/** `25 configurations reach it: 17 applied, 3 filteredOut, 5 notApplicable` */
export function outcomesText(rows: readonly JsonObject[]): string {
  if (rows.length === 0) return 'No configuration reaches it.';
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(textOf(row.outcome), (counts.get(textOf(row.outcome)) ?? 0) + 1);
  const parts = [...counts].sort(([a], [b]) => place(a) - place(b)).map(([outcome, found]) => `${count(found)} ${outcome}`);
  return `${count(rows.length)} ${rows.length === 1 ? 'configuration reaches' : 'configurations reach'} it: ${parts.join(', ')}`;
}
