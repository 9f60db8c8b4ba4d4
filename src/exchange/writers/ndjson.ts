/** The lines themselves, in one file. Carries everything. */
import type { JsonObject } from '../../kernel/json.js';
import type { FormatWriter, WriterOptions } from './writer.js';

const LINES_AT_ONCE = 2000;

/** A folder that can write to the end of a file. */
export interface AppendingFolder {
  append(path: string, text: string): Promise<void>;
}

export function ndjsonWriter({ names }: WriterOptions, folder: AppendingFolder): FormatWriter {
  const path = names.claim('tenant.ndjson');
  let waiting: string[] = [];
  const flush = async () => {
    const text = waiting.join('');
    waiting = [];
    await folder.append(path, text);
  };
  return {
    format: 'ndjson',
    notes: new Map(),
    async line(line: JsonObject) {
      if (waiting.push(`${JSON.stringify(line)}\n`) >= LINES_AT_ONCE) await flush();
    },
    finish: flush,
  };
}
