/** A value against the schema of plans, with words for people. */
import { nearest } from '../../config/nearest.js';
import type { Schema } from './schema.js';

export type Path = readonly (string | number)[];

export interface Fault {
  readonly path: Path;
  /** What is wrong, after the name of what stands at the path. */
  readonly what: string;
  /** `what` says it all, and needs no name before it. */
  readonly whole?: true;
}

const MOST_SHOWN = 100;

/** @returns every fault, in the order of the text; none: the value is what the schema says */
export function faultsOf(value: unknown, schema: Schema, path: Path = []): readonly Fault[] {
  const faults: Fault[] = [];
  check(value, schema, path, faults);
  return faults;
}

function check(value: unknown, schema: Schema, path: Path, faults: Fault[]): void {
  const fault = (what: string, at: Path = path) => void faults.push({ path: at, what });
  if (schema.const !== undefined) {
    if (value !== schema.const) fault(`is not ${schema.const}`);
    return;
  }
  if (schema.enum !== undefined) {
    const known = schema.enum;
    if (typeof value !== 'string' || !known.includes(value)) fault(`is not ${known.join(' or ')}${hint(value, known)}`);
    return;
  }
  if (schema.type === 'string') checkText(value, schema, fault);
  else if (schema.type === 'array') {
    if (!Array.isArray(value)) fault(value === undefined ? 'is missing' : value === null ? 'is empty; write [] for none' : 'is not a list');
    else if (schema.maxItems !== undefined && value.length > schema.maxItems) {
      fault(`has ${count(value.length)} entries; ${count(schema.maxItems)} are the most`);
    } else if (schema.items !== undefined) for (const [index, item] of value.entries()) check(item, schema.items, [...path, index], faults);
  } else if (typeof value !== 'object' || value === null || Array.isArray(value)) fault(`is ${value === null ? 'empty' : 'not a mapping'}`);
  else checkObject(value as Readonly<Record<string, unknown>>, schema, path, faults);
}

function checkText(value: unknown, { minLength = 0, maxLength }: Schema, fault: (what: string) => void): void {
  if (value === undefined) fault('is missing');
  else if (value === null) fault('is empty');
  else if (typeof value === 'object') fault('is not a text');
  else if (typeof value !== 'string') fault(`is read as ${typeof value === 'number' ? 'a number' : 'true or false'}; put it in quotes`);
  else if (value.length < minLength) fault('is empty');
  else if (maxLength !== undefined && value.length > maxLength) fault(`is longer than ${maxLength} characters`);
}

function checkObject(value: Readonly<Record<string, unknown>>, schema: Schema, path: Path, faults: Fault[]): void {
  const { properties = {}, required = [], oneOf, dependentRequired = {} } = schema;
  const known = Object.keys(properties);
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    faults.push({ path: [...path, key], what: `the key '${key.slice(0, MOST_SHOWN)}' is unknown here${hint(key, known)}`, whole: true });
  }
  for (const [key, inner] of Object.entries(properties)) {
    if (Object.hasOwn(value, key)) check(value[key], inner, [...path, key], faults);
    else if (required.includes(key)) faults.push({ path, what: `has no ${key}` });
  }
  if (oneOf !== undefined) {
    const targets = oneOf.flatMap(({ required: names }) => names);
    const given = targets.filter((target) => Object.hasOwn(value, target));
    if (given.length === 0) faults.push({ path, what: `says no target: give one of ${targets.join(', ')}` });
    if (given.length > 1) faults.push({ path, what: `says ${given.join(' and ')}: give one of them` });
  }
  for (const [key, needed] of Object.entries(dependentRequired)) {
    const missing = needed.filter((other) => !Object.hasOwn(value, other));
    if (Object.hasOwn(value, key) && missing.length > 0) faults.push({ path, what: `says ${key}, but no ${missing.join(', ')}` });
  }
}

function hint(value: unknown, known: readonly string[]): string {
  const near = typeof value === 'string' ? nearest(value.slice(0, MOST_SHOWN), known) : undefined;
  return near === undefined ? '' : `. Did you mean ${near}?`;
}

const count = (value: number) => value.toLocaleString('en-US');
