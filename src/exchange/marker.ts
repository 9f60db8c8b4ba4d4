/** The file that `muster export` leaves in what it writes: by it a folder is known for an earlier export, and what it holds for its own. */
import type { JsonValue } from '../kernel/json.js';
import { isObject } from '../kernel/json.js';
import type { FormatName } from './record.js';

export const MARKER = 'muster-export.json';

export interface ExportMark {
  readonly format: FormatName;
  /** Files and folders at the top, the mark itself left out. */
  readonly entries: readonly string[];
}

export function markOf(value: JsonValue): ExportMark | undefined {
  const mark = isObject(value) ? value['muster.export'] : undefined;
  if (!isObject(mark) || typeof mark.format !== 'string' || !Array.isArray(mark.entries)) return undefined;
  return {
    format: mark.format as FormatName,
    entries: (mark.entries as readonly JsonValue[]).filter((entry) => typeof entry === 'string'),
  };
}

export function markText(mark: ExportMark, more: Readonly<Record<string, JsonValue>>): string {
  return `${JSON.stringify({ 'muster.export': { format: mark.format, ...more, entries: [...mark.entries] } }, null, 2)}\n`;
}
