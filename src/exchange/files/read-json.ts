import { GraphError } from '../../kernel/errors.js';
import type { JsonValue } from '../../kernel/json.js';
import { parseJsonBody } from '../../model/read-body.js';

/** Tools write settings with up to 50 levels of children, and pages lay a few around them. */
const MOST_DEEP = 200;

export type ReadValue = { readonly value: JsonValue } | { readonly reason: string; readonly at?: string };

/** The JSON of a text in UTF-8, or what is wrong with it and where. */
export function readJson(bytes: Uint8Array): ReadValue {
  try {
    return { value: parseJsonBody(bytes, { maxDepth: MOST_DEEP }) };
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    return reasonOf(error);
  }
}

function reasonOf({ kind, params }: GraphError): { readonly reason: string; readonly at?: string } {
  if (kind === 'bodyMissing') return { reason: 'The file is empty.' };
  if (kind === 'bodyTooDeep') return { reason: `It is nested more than ${MOST_DEEP} levels deep.` };
  if (kind === 'propertyDuplicate') return { reason: `An object has the member '${String(params.property)}' twice.` };
  const found = /^Line (\d+), column (\d+): (.*)$/s.exec(String(params.reason));
  if (found === null) return { reason: 'It is not JSON.' };
  return { at: `line ${found[1]}, column ${found[2]}`, reason: `This is not JSON: ${found[3]}` };
}
