/** What an object of an export has wrong by itself, found before anything of the export is written. */
import { lineFault } from '../app/import.js';
import { describeError, GraphError } from '../kernel/errors.js';
import { isGuid } from '../kernel/ids.js';
import { isObject, type JsonObject } from '../kernel/json.js';
import { validatePayload } from '../model/validate.js';
import { objectLine } from './emit.js';
import { MOST_LINE_BYTES } from './lines.js';
import type { Mapping } from './mapping/mapping.js';
import type { ExchangeModel } from './model.js';
import type { ObjectRecord, Reference } from './record.js';

const SOMEBODY = '11111111-1111-4111-8111-111111111111';

/** Who is meant is not known yet: somebody stands in for everybody without an id. */
const anybody: Mapping = {
  rows: [],
  faults: [],
  created: [],
  idOf: ({ home, id }) => id ?? (home === 'roleScopeTag' ? '1' : SOMEBODY),
  group: ({ id }) => ({ to: id ?? SOMEBODY }),
  filter: ({ id }) => ({ to: id ?? SOMEBODY }),
  scopeTag: ({ id }: Reference) => ({ to: id ?? '1' }),
  configuration: ({ id }) => ({ to: id ?? SOMEBODY }),
};

/** @returns what is wrong, in one text; undefined: nothing */
export function checkObject(record: ObjectRecord, model: ExchangeModel): string | undefined {
  const line = objectLine(record, record.assignments, anybody);
  if (line === undefined) return 'It cannot be imported.';
  const bytes = Buffer.from(JSON.stringify(line));
  if (bytes.byteLength > MOST_LINE_BYTES)
    return `It is larger than ${MOST_LINE_BYTES / 1024 / 1024} MiB, which is the most that an object can be.`;
  return lineFault(bytes, model.schema) ?? assignmentFault(record, line, model);
}

function assignmentFault({ home, assignments = [] }: ObjectRecord, line: JsonObject, { schema }: ExchangeModel): string | undefined {
  for (const { group, wire } of assignments) {
    const kind = isObject(wire.target) ? String(wire.target['@odata.type']) : '';
    if (group === undefined && /\.(?:exclusionG|g)roupAssignmentTarget$/.test(kind))
      return 'One of its assignments is to a group, and does not say to which.';
    if (group?.id !== undefined && !isGuid(group.id)) return `'${group.id.slice(0, 100)}' is no id of a group: it is a GUID.`;
  }
  const type = home === 'deviceConfiguration' ? schema.types.get('deviceConfigurationAssignment') : undefined;
  if (type === undefined || !Array.isArray(line.assignments)) return undefined;
  for (const [index, assignment] of (line.assignments as readonly JsonObject[]).entries()) {
    try {
      validatePayload(schema, type, assignment, 'create', { acceptReadOnly: true });
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      const { message, detail } = describeError(error);
      return `${message} (assignments[${index}])${detail === undefined ? '' : ` ${detail}`}`;
    }
  }
  return undefined;
}
