/** Plan files: YAML or JSON, checked, each policy with the place where it stands. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { nearest } from '../../config/nearest.js';
import { CommandFailed } from '../command-failed.js';
import { knownKeys, type PlanDocument, planSchema, type WrittenAssignment } from './schema.js';

export interface Place {
  /** As the person would name it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

export interface WrittenPolicy {
  /** Name or id. */
  readonly policy: string;
  readonly assignments: readonly WrittenAssignment[];
  readonly place: Place;
}

const MOST_BYTES = 64 * 1024 * 1024;
/** Of one file, so that a few lines of anchors do not grow into gigabytes. */
const MOST_ALIASES = 100;
const MOST_FAULTS = 20;
const SUFFIX = /\.(?:ya?ml|json)$/i;

export const placeText = ({ file, line }: Place) => `${file}:${line}`;

/**
 * A file, or every .yaml, .yml and .json file of a directory and those below it, but for hidden ones.
 * @throws CommandFailed that names file, line and column of each fault
 */
export async function readPlan(path: string, workingDirectory: string): Promise<readonly WrittenPolicy[]> {
  const files = await filesOf(resolve(workingDirectory, path));
  const policies: WrittenPolicy[] = [];
  const faults: string[] = [];
  for (const file of files) {
    const name = relative(workingDirectory, file) || file;
    const read = readPlanText(await readFile(file, 'utf8'), name);
    faults.push(...read.faults);
    policies.push(...read.policies);
  }
  fail([...faults, ...twice(policies)]);
  return policies;
}

/** @throws CommandFailed unless there are no faults */
export function fail(faults: readonly string[]): void {
  if (faults.length === 0) return;
  const shown = faults.slice(0, MOST_FAULTS);
  if (faults.length > shown.length) shown.push(`and ${faults.length - shown.length} more`);
  throw new CommandFailed(shown.join('\nmuster: '));
}

async function filesOf(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailed(`${path} cannot be read (${error.code ?? error.message}).`);
  });
  if (!found.isDirectory()) {
    if (found.size > MOST_BYTES) throw new CommandFailed(`${path} is larger than ${MOST_BYTES / 1024 / 1024} MiB.`);
    return [path];
  }
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries
    .filter(
      (entry) => entry.isFile() && SUFFIX.test(entry.name) && !/(?:^|[\\/])\./.test(relative(path, join(entry.parentPath, entry.name))),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (files.length === 0) throw new CommandFailed(`${path} holds no .yaml, .yml or .json file.`);
  return files;
}

export function readPlanText(
  text: string,
  file: string,
): { readonly policies: readonly WrittenPolicy[]; readonly faults: readonly string[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, keepSourceTokens: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    return { policies: [], faults: document.errors.map(({ code, message, pos }) => `${at(pos[0])}: ${yamlFault(code, message)}`) };
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    const why = /alias/i.test((error as Error).message)
      ? 'its aliases (*name) repeat more than a plan needs; write the lines out'
      : (error as Error).message;
    return { policies: [], faults: [`${file}: ${why}.`] };
  }
  const startOf = (path: readonly PropertyKey[]): number => {
    for (let depth = path.length; depth >= 0; depth -= 1) {
      const node = document.getIn(path.slice(0, depth), true) as { readonly range?: readonly number[] | null } | undefined;
      if (node?.range) return node.range[0] ?? 0;
    }
    return 0;
  };
  const checked = planSchema.safeParse(value);
  if (!checked.success) {
    const faults = checked.error.issues.flatMap((issue) => issueTexts(issue).map((what) => `${at(startOf(issue.path))}: ${what}`));
    return { policies: [], faults };
  }
  const { policies }: PlanDocument = checked.data;
  const items =
    (document.get('policies') as { readonly items?: readonly { readonly range?: readonly number[] | null }[] } | undefined)?.items ?? [];
  return {
    policies: policies.map(({ policy, assignments }, index) => ({
      policy,
      assignments,
      place: { file, line: lines.linePos(items[index]?.range?.[0] ?? 0).line },
    })),
    faults: [],
  };
}

function yamlFault(code: string, message: string): string {
  if (code === 'TAB_AS_INDENT' || /\btabs?\b/i.test(message)) return 'a tab stands where YAML wants spaces.';
  if (code === 'DUPLICATE_KEY') return 'a key stands here a second time.';
  return `${message.split('\n', 1)[0]?.replace(/\.$/, '') ?? message}.`;
}

function issueTexts(issue: z.core.$ZodIssue): readonly string[] {
  const where = issue.path.length === 0 ? 'the plan' : placeName(issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const near = nearest(key, knownKeys);
        return `the key '${key.slice(0, 100)}' is unknown.${near === undefined ? '' : ` Did you mean ${near}?`}`;
      });
    case 'invalid_type':
      return [`${where} is missing, or not ${article(issue.expected)}.`];
    case 'invalid_value':
      return [`${where} is not ${issue.values.map(String).join(' or ')}.`];
    case 'too_big':
      return [`${where} has more than ${issue.maximum}.`];
    case 'too_small':
      return [`${where} is empty.`];
    default:
      return [`${where} ${issue.message}.`];
  }
}

function article(type: string): string {
  return { string: 'a text', array: 'a list', object: 'a mapping' }[type] ?? type;
}

/** `assignments[2].filter`, of a policy by its place. */
function placeName(path: readonly PropertyKey[]): string {
  const [, , ...rest] = path;
  const shown = path.length > 2 ? rest : path;
  return (
    shown
      .map((part) => (typeof part === 'number' ? `[${part + 1}]` : `.${String(part)}`))
      .join('')
      .replace(/^\./, '') || 'the policy'
  );
}

function twice(policies: readonly WrittenPolicy[]): readonly string[] {
  const first = new Map<string, Place>();
  return policies.flatMap(({ policy, place }) => {
    const key = policy.toLowerCase();
    const other = first.get(key);
    first.set(key, other ?? place);
    return other === undefined ? [] : [`${placeText(place)}: the policy '${policy}' stands at ${placeText(other)} already.`];
  });
}
