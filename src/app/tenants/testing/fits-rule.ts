/** The few forms of dynamic membership rule that the demo tenant uses, read from the rule's text: a check on the members it lists. */
import { isObject, type JsonObject, type JsonValue } from '../../../kernel/json.js';

const ANY = /^\(\w+\.(\w+) -any \((.+)\)\)$/;
const CLAUSE = /^(\w+(?:\.\w+)?) -(eq|startsWith|contains) (?:"([^"]*)"|(true|false))$/;

/** What a rule calls otherwise than the object. */
const NAMES: Readonly<Record<string, string>> = {
  deviceOSType: 'operatingSystem',
  deviceOSVersion: 'operatingSystemVersion',
  deviceTrustType: 'trustType',
  devicePhysicalIds: 'physicalIds',
};

export function fitsRule(rule: string, entity: JsonObject): boolean {
  const any = ANY.exec(rule);
  if (any !== null) {
    const [, property = '', condition = ''] = any;
    const items = read(entity, property);
    return Array.isArray(items) && items.some((item) => condition.split(' -and ').every((clause) => holds(clause, item)));
  }
  return rule
    .split(') -and (')
    .map((clause) => clause.replace(/^\(|\)$/g, ''))
    .every((clause) => holds(clause, entity));
}

function holds(clause: string, subject: JsonValue): boolean {
  const [, operand = '', operator, text, boolean] = CLAUSE.exec(clause) ?? expectClause(clause);
  const value = isObject(subject) ? read(subject, operand.slice(operand.indexOf('.') + 1)) : subject;
  if (boolean !== undefined) return value === (boolean === 'true');
  if (typeof value !== 'string') return false;
  const [actual, wanted] = [value.toLowerCase(), (text ?? '').toLowerCase()];
  if (operator === 'eq') return actual === wanted;
  return operator === 'startsWith' ? actual.startsWith(wanted) : actual.includes(wanted);
}

function expectClause(clause: string): never {
  throw new Error(`a rule of another form: ${clause}`);
}

function read(entity: JsonObject, property: string): JsonValue | undefined {
  return entity[NAMES[property] ?? property];
}
