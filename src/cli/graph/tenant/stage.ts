/** Reading a tenant falls into stages, and each stage into slices: lines, and where reading goes on after them. */
import type { JsonObject } from '../../../kernel/json.js';
import { CommandFailed } from '../../command-failed.js';
import type { GraphClient } from '../client.js';
import { GraphRefused } from '../refused.js';

/** What can be chosen, in the order in which it is read. */
export const parts = [
  'scopeTags',
  'categories',
  'users',
  'devices',
  'groups',
  'memberships',
  'filters',
  'managedDevices',
  'configurations',
  'policySets',
  'kept',
] as const;
export type Part = (typeof parts)[number];

export interface Slice {
  readonly lines: readonly JsonObject[];
  /** Handed to `read` again, reading goes on after these lines; undefined: the stage is done. */
  readonly next: JsonObject | undefined;
}

export interface Reading {
  readonly client: GraphClient;
  /** Whether the Graph is a Muster. */
  readonly muster: boolean;
  /** Something that a person should know of what was read. */
  note(message: string): void;
}

export interface Stage {
  readonly name: string;
  readonly part: Part;
  /** Where its objects can be counted; undefined: their number is not asked for. */
  readonly count?: string;
  /** @param from what a slice said comes next; undefined: the beginning */
  read(reading: Reading, from: JsonObject | undefined): AsyncGenerator<Slice, void, void>;
}

/** What a token needs for a list, the least first. */
export type Permissions = readonly [string, ...string[]];

/** @throws CommandFailed that names the permissions, where a refusal is about them */
export function explainRefusal(error: unknown, what: string, part: Part, permissions: Permissions): unknown {
  if (!isForbidden(error)) return error;
  const [least, ...others] = permissions;
  const enough = others.length === 0 ? '' : ` (${others.join(' or ')} will do too)`;
  return new CommandFailed(
    `${what} cannot be read: the token lacks ${least}${enough}, or its user a role. Give it that, or leave ${part} out with --only. (${(error as GraphRefused).message.split(' The token lacks')[0]})`,
  );
}

/** A refusal for want of a permission; a token that is no good at all is another matter. */
export function isForbidden(error: unknown): error is GraphRefused {
  return error instanceof GraphRefused && (error.status === 403 || (error.status === 401 && error.code !== 'InvalidAuthenticationToken'));
}

/** A row as a line: control information of the answer it came in is left out, in what lies below it too. */
export function lineOf(row: JsonObject, type?: string): JsonObject {
  const out: Record<string, JsonObject[string]> = {};
  if (row['@odata.type'] === undefined && type !== undefined) out['@odata.type'] = `#microsoft.graph.${type}`;
  for (const [name, value] of Object.entries(row)) {
    if (!CONTROL.test(name)) out[name] = Array.isArray(value) ? value.map(withoutControl) : withoutControl(value);
  }
  return out;
}

const CONTROL = /@odata\.(?:context|count|etag|id|editLink|readLink|nextLink|associationLink|navigationLink)$/;

function withoutControl<T extends JsonObject[string]>(value: T): T {
  return (typeof value === 'object' && value !== null && !Array.isArray(value) ? lineOf(value as JsonObject) : value) as T;
}
