/**
 * POST /deviceManagement/evaluateAssignmentFilter: the devices that a rule matches, as the table that the portal shows. The answer is an octet
 * stream that holds JSON: `{"TotalRowCount": n, "Columns": [{"Name": …}], "Values": [[…], …]}` (rule-languages spec, A8).
 */
import { filterValues } from '../../engine/columns/managed-device.js';
import { graphError } from '../../kernel/errors.js';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import type { Plan } from '../../query/plan.js';
import type { StoredEntity } from '../../storage/store.js';
import type { DomainContext } from '../context.js';
import { MANAGED_DEVICES } from '../managed-devices/records.js';
import { parametersOf } from '../operations/answer.js';
import type { Place } from '../read/place.js';
import { isVisible } from '../roles/rights.js';
import type { Decision } from '../write/change.js';
import { compiledFilter, requireFilterPlatform } from './rule.js';

const PAGE = 100;
const BATCH = 1000;

type Row = readonly (string | number | null)[];

/** In the order in which they were seen. */
const COLUMNS = [
  'deviceCategory',
  'cpuArchitecture',
  'deviceId',
  'deviceName',
  'enrollmentProfileName',
  'isTpmAttested',
  'isRooted',
  'deviceTrustType',
  'manufacturer',
  'model',
  'operatingSystemSKU',
  'operatingSystemVersion',
  'osVersion',
  'deviceOwnership',
  'deviceManagementType',
  'userPrincipalName',
] as const;

const COLUMN = new Map<string, number>(COLUMNS.map((name, at) => [name.toLowerCase(), at]));

export async function evaluateAssignmentFilter(
  _place: Place,
  body: JsonValue | undefined,
  plan: Plan,
  context: DomainContext,
): Promise<Decision> {
  const { data } = parametersOf(body, plan, context);
  if (!isObject(data))
    throw graphError('parameterInvalid', { operation: 'evaluateAssignmentFilter', reason: 'give data, with platform and rule.' });
  const { platform, rule, search } = data;
  if (typeof platform !== 'string')
    throw graphError('propertyRequired', { property: 'platform', type: 'assignmentFilterEvaluateRequest' }, 'data.platform');
  requireFilterPlatform(platform);
  const filter = compiledFilter(typeof rule === 'string' ? rule : '', platform);
  const order = readOrder(data.orderBy);
  const skip = Math.max(0, Number(data.skip ?? 0));
  const top = Number(data.top ?? PAGE);
  const size = top < 0 || top > PAGE ? PAGE : top;
  const wanted = typeof search === 'string' ? search.trim().toLowerCase() : '';
  const ids = await context.resident.devicesMatching(filter, platform);
  const { total, rows } =
    order === undefined && wanted === '' && context.rights === undefined
      ? { total: ids.length, rows: await rowsOf(ids.slice(skip, skip + size), context) }
      : page(await rowsOf(ids, context), wanted, order, skip, size);
  const text = { TotalRowCount: total, Columns: COLUMNS.map((name) => ({ Name: name })), Values: rows };
  return { outcome: { kind: 'stream', mediaType: 'application/octet-stream', body: JSON.stringify(text) }, changes: undefined };
}

interface Order {
  readonly column: number;
  readonly descending: boolean;
}

/** `["deviceName desc", "model"]`; undefined where the default, the device's name, is meant. */
function readOrder(given: JsonValue | undefined): readonly Order[] | undefined {
  const parts = Array.isArray(given) ? (given as readonly JsonValue[]) : [];
  if (parts.length === 0) return undefined;
  return parts.map((part) => {
    const [name = '', direction = 'asc', ...rest] = String(part).trim().split(/\s+/);
    const column = COLUMN.get(name.toLowerCase());
    const known = /^(?:asc|desc)$/i.test(direction) && rest.length === 0;
    if (column !== undefined && known) return { column, descending: direction.toLowerCase() === 'desc' };
    const reason = `'${String(part)}' in orderBy is none of ${COLUMNS.join(', ')}, with asc or desc after it.`;
    throw graphError('parameterInvalid', { operation: 'evaluateAssignmentFilter', reason }, 'data.orderBy');
  });
}

function page(all: readonly Row[], wanted: string, order: readonly Order[] | undefined, skip: number, size: number) {
  const kept =
    wanted === '' ? [...all] : all.filter((row) => row.some((cell) => typeof cell === 'string' && cell.toLowerCase().includes(wanted)));
  if (order !== undefined) kept.sort((left, right) => compareRows(left, right, order));
  return { total: kept.length, rows: kept.slice(skip, skip + size) };
}

/** Empty cells come first; rows that are equal keep their order, which is that of the device's name. */
function compareRows(left: Row, right: Row, order: readonly Order[]): number {
  for (const { column, descending } of order) {
    const [a, b] = [sortable(left[column]), sortable(right[column])];
    if (a !== b) return a < b === descending ? 1 : -1;
  }
  return 0;
}

function sortable(cell: string | number | null | undefined): string | number {
  return typeof cell === 'string' ? cell.toLowerCase() : (cell ?? '');
}

async function rowsOf(ids: readonly string[], context: DomainContext): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let at = 0; at < ids.length; at += BATCH) {
    const keys = ids.slice(at, at + BATCH).map((id) => ({ set: MANAGED_DEVICES, parent: '', id }));
    for (const device of await context.reader.read(context.tenant, keys)) {
      if (device !== undefined && isVisible(device, context)) rows.push(rowOf(device));
    }
  }
  return rows;
}

function rowOf(stored: StoredEntity): Row {
  const device = JSON.parse(stored.json) as JsonObject;
  const values: Readonly<Record<string, string | null>> = filterValues(device);
  return COLUMNS.map((name) => {
    if (name === 'deviceId') return stored.id;
    if (name === 'userPrincipalName') return typeof device.userPrincipalName === 'string' ? device.userPrincipalName : '';
    if (name === 'operatingSystemVersion') return paddedVersion(values.operatingSystemVersion);
    return values[name] ?? '';
  });
}

/** The service shows a version as one number of 15 significant digits, its parts padded to eight: 10.0.26100.9457 as 1.00000000000026E+25. */
function paddedVersion(version: string | null | undefined): number | string {
  const parts = version?.split('.') ?? [];
  if (parts.length < 2 || parts.length > 4 || !parts.every((part) => /^\d{1,8}$/.test(part))) return '';
  const digits = [...parts, '0', '0', '0'].slice(0, 4).map((part) => part.padStart(8, '0'));
  return Number(Number(digits.join('')).toPrecision(15));
}
