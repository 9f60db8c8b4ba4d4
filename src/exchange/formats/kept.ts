/** What was kept of another format lies in an export as the line that an import keeps it by. */
import { isObject, type JsonObject } from '../../kernel/json.js';
import type { Place } from '../files/fault.js';
import type { KeptRecord } from '../record.js';

export const KEPT = '@muster.kept';

/** @returns undefined where it is none */
export function readKept(object: JsonObject, place: Place): KeptRecord | undefined {
  const said = object[KEPT];
  if (!isObject(said) || said.content === undefined) return undefined;
  const { type, name, path, format, content } = said;
  if (typeof type !== 'string' || typeof path !== 'string' || typeof format !== 'string') return undefined;
  return { kind: 'kept', type, name: typeof name === 'string' ? name : null, content, path, format, place };
}
