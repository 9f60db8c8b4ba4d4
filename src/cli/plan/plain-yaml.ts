/**
 * Plans in the plain form in which most are written and all undo files are, twenty times faster than a reader of all of YAML: block style, two
 * spaces after a dash, names bare or in quotes, comments. Whatever else stands there is left to the library; what is taken means the same to both.
 */
import { MOST_ASSIGNMENTS, MOST_NAME, MOST_POLICIES, type WrittenAssignment } from './schema.js';

export interface PlainPolicy {
  readonly policy: string;
  /** From 1. */
  readonly line: number;
  readonly assignments: readonly WrittenAssignment[];
  readonly lines: readonly number[];
}

const NOTHING = /^ *(?:#.*)?$/;
const HEAD = /^policies:(?: *| +#.*)$/;
const POLICY = /^( *)- policy: (.*)$/;
const ASSIGNMENTS = /^( *)assignments:(?: (\[\])?)?(?: *| +#.*)$/;
const FIRST = /^( *)- ([A-Za-z]+): (.*)$/;
const MORE = /^( *)([A-Za-z]+): (.*)$/;

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Begins with a letter, so that it is no number and no indicator. */
const BARE = /^\p{L}[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u;
/** What YAML's core schema reads as something else than a text. */
const WORDS = /^(?:null|true|false)$/i;
const SINGLE = /^'((?:[^'\p{Cc}\p{Zl}\p{Zp}]|'')*)'(?: *| +#.*)$/u;
const DOUBLE = /^"([^"\\\p{Cc}\p{Zl}\p{Zp}]*)"(?: *| +#.*)$/u;

const NAMES: ReadonlySet<string> = new Set(['group', 'excludeGroup', 'filter']);
const WORDS_OF: Readonly<Record<string, readonly string[]>> = { filterMode: ['include', 'exclude'], intent: ['apply', 'remove'] };

interface OpenPolicy {
  readonly policy: string;
  readonly line: number;
  readonly assignments: Record<string, string | true>[];
  readonly lines: number[];
  /** Whether `assignments` was said, and closed with `[]`. */
  state: 'named' | 'open' | 'empty';
  /** Where the dashes of its assignments stand. */
  dash: number | undefined;
}

/** @returns undefined where the text is of another form, or wrong */
export function readPlainPlan(text: string): readonly PlainPolicy[] | undefined {
  // A lone carriage return is a line break of YAML; with a line feed it is one of everybody's.
  const lines = text.includes('\r') ? text.replaceAll('\r\n', '\n').split('\n') : text.split('\n');
  const policies: OpenPolicy[] = [];
  let indent: number | undefined;
  let headed = false;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] as string;
    if (NOTHING.test(line)) continue;
    if (!headed) {
      if (!HEAD.test(line)) return undefined;
      headed = true;
      continue;
    }
    const open = policies.at(-1);
    const named = POLICY.exec(line);
    if (named !== null) {
      const policy = scalar(named[2] as string);
      indent ??= (named[1] as string).length;
      if (policy === undefined || indent !== (named[1] as string).length || (open !== undefined && !isWhole(open))) return undefined;
      policies.push({ policy, line: index + 1, assignments: [], lines: [], state: 'named', dash: undefined });
      continue;
    }
    if (open === undefined || indent === undefined || !take(line, index + 1, open, indent + 2)) return undefined;
  }
  const last = policies.at(-1);
  // A head with nothing below it is a key without a value.
  if (last === undefined || !isWhole(last) || policies.length > MOST_POLICIES) return undefined;
  return policies.some(({ assignments }) => assignments.length > MOST_ASSIGNMENTS) ? undefined : (policies as readonly PlainPolicy[]);
}

function isWhole({ state, assignments }: OpenPolicy): boolean {
  return state === 'empty' || (state === 'open' && assignments.length > 0 && hasTarget(assignments.at(-1)));
}

/** @param inner where the keys of the policy stand */
function take(line: string, number: number, open: OpenPolicy, inner: number): boolean {
  if (open.state === 'named') {
    const said = ASSIGNMENTS.exec(line);
    if (said === null || (said[1] as string).length !== inner) return false;
    open.state = said[2] === undefined ? 'open' : 'empty';
    return true;
  }
  if (open.state === 'empty') return false;
  const first = FIRST.exec(line);
  if (first !== null) {
    const dash = (first[1] as string).length;
    open.dash ??= dash;
    if (dash !== open.dash || dash < inner || (open.assignments.length > 0 && !hasTarget(open.assignments.at(-1)))) return false;
    open.assignments.push({});
    open.lines.push(number);
    return put(open, first[2] as string, first[3] as string);
  }
  const more = MORE.exec(line);
  if (more === null || open.dash === undefined || (more[1] as string).length !== open.dash + 2) return false;
  return put(open, more[2] as string, more[3] as string);
}

function put({ assignments }: OpenPolicy, key: string, written: string): boolean {
  const assignment = assignments.at(-1);
  if (assignment === undefined || Object.hasOwn(assignment, key)) return false;
  if (key === 'allDevices' || key === 'allUsers') {
    if (withoutComment(written) !== 'true') return false;
    assignment[key] = true;
    return true;
  }
  const value = scalar(written);
  if (value === undefined || !(NAMES.has(key) || WORDS_OF[key]?.includes(value) === true)) return false;
  assignment[key] = value;
  return true;
}

function hasTarget(assignment: Readonly<Record<string, string | true>> | undefined): boolean {
  if (assignment === undefined) return false;
  const { group, excludeGroup, allDevices, allUsers, filter, filterMode } = assignment;
  const targets = [group, excludeGroup, allDevices, allUsers].filter((target) => target !== undefined);
  return targets.length === 1 && (filterMode === undefined || filter !== undefined);
}

function withoutComment(written: string): string {
  const comment = written.search(/(?:^| )#/);
  return (comment < 0 ? written : written.slice(0, comment)).replace(/ +$/, '').replace(/^ +/, '');
}

function scalar(written: string): string | undefined {
  const value = quotedOrBare(written.replace(/^ +/, ''));
  return value === undefined || value === '' || value.length > MOST_NAME ? undefined : value;
}

function quotedOrBare(written: string): string | undefined {
  const quote = written[0];
  if (quote === "'") return SINGLE.exec(written)?.[1]?.replaceAll("''", "'");
  if (quote === '"') return DOUBLE.exec(written)?.[1];
  const bare = withoutComment(written);
  if (GUID.test(bare)) return bare;
  if (!BARE.test(bare) || bare.includes(': ') || bare.endsWith(':') || WORDS.test(bare)) return undefined;
  return bare;
}
