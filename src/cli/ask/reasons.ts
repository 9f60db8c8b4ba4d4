/** Reasons of an outcome in words. */
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import { textOf } from '../graph/names.js';

/** One line a reason: by which way, through which groups, and what a filter or an exclusion did. */
export function reasonLines(reasons: JsonValue | undefined): readonly string[] {
  return Array.isArray(reasons) ? reasons.filter(isObject).map(reasonLine) : [];
}

function reasonLine(reason: JsonObject): string {
  const path = pathText(reason.groupPath);
  const byUser = textOf(reason.kind) === 'user';
  const parts = [path === '' ? `all ${byUser ? 'users' : 'devices'}` : `${byUser ? 'its user' : 'the device'} in ${path}`];
  if (textOf(reason.intent) === 'remove') parts.push('to be removed');
  const filter = filterText(reason.filter);
  if (filter !== '') parts.push(filter);
  if (isObject(reason.excludedBy)) {
    const by = pathText(reason.excludedBy.groupPath);
    parts.push(`excluded by ${by === '' ? 'an exclusion' : by}`);
  }
  return parts.join('; ');
}

function pathText(path: JsonValue | undefined): string {
  if (!Array.isArray(path)) return '';
  return path
    .filter(isObject)
    .map(({ id, displayName }) => textOf(displayName) || textOf(id))
    .reverse()
    .join(' in ');
}

function filterText(filter: JsonValue | undefined): string {
  if (!isObject(filter)) return '';
  const name = textOf(filter.displayName) || textOf(filter.id);
  const mode = textOf(filter.mode);
  const clause = textOf(filter.clause);
  const value = filter.deviceValue === null || filter.deviceValue === undefined ? '' : `, device has ${JSON.stringify(filter.deviceValue)}`;
  const result = textOf(filter.result);
  const outcome = result === 'match' ? 'matches' : result === 'notMatch' ? 'does not match' : 'does not count';
  const decided = clause === '' ? '' : ` (${clause}${value})`;
  return `${mode === 'exclude' ? 'excluding filter' : 'filter'} ${name} ${outcome}${decided}`;
}
