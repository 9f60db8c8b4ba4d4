/** Plan files: YAML or JSON, checked, each policy and assignment with the place where it stands. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { CommandFailed } from '../command-failed.js';
import { printable } from '../render/table.js';
import type { WrittenAssignment } from './schema.js';
import { isUndo } from './undo-mark.js';

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
  /** The line of each assignment, from 1. */
  readonly lines: readonly number[];
}

export interface ReadPlan {
  readonly policies: readonly WrittenPolicy[];
  /** One line each, with file, line and column. */
  readonly faults: readonly string[];
}

const MOST_BYTES = 64 * 1024 * 1024;
const MOST_FAULTS = 20;
const SUFFIX = /\.(?:ya?ml|json)$/i;

export const placeText = ({ file, line }: Place) => `${file}:${line}`;

/**
 * A file, or every .yaml, .yml and .json file of a directory and those below it, but for hidden ones and undo files.
 * @throws CommandFailed that names file, line and column of each fault
 */
export async function readPlan(path: string, workingDirectory: string): Promise<readonly WrittenPolicy[]> {
  const { files, many } = await filesOf(resolve(workingDirectory, path), path);
  const policies: WrittenPolicy[] = [];
  const faults: string[] = [];
  let undone = 0;
  for (const file of files) {
    const name = relative(workingDirectory, file) || file;
    const text = await readText(file, name);
    if (many && isUndo(text)) {
      undone += 1;
      continue;
    }
    const read = await readPlanText(text, name);
    faults.push(...read.faults);
    for (const policy of read.policies) policies.push(policy);
  }
  if (undone === files.length) faults.push(`${path} holds no plan but undo files of muster apply: name one of them.`);
  fail([...faults, ...twice(policies)]);
  return policies;
}

/** @throws CommandFailed unless there are no faults */
export function fail(faults: readonly string[]): void {
  if (faults.length === 0) return;
  const shown = faults.slice(0, MOST_FAULTS).map(printable);
  if (faults.length > shown.length) shown.push(`and ${(faults.length - shown.length).toLocaleString('en-US')} more`);
  throw new CommandFailed(shown.join('\nmuster: '));
}

async function filesOf(path: string, written: string): Promise<{ readonly files: readonly string[]; readonly many: boolean }> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') throw new CommandFailed(`There is no file or directory ${written}.`);
    throw new CommandFailed(`${written} cannot be read (${error.code ?? error.message}).`);
  });
  if (!found.isDirectory()) {
    if (found.size > MOST_BYTES) throw new CommandFailed(`${written} is larger than ${MOST_BYTES / 1024 / 1024} MiB.`);
    return { files: [path], many: false };
  }
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailed(`${written} cannot be read (${error.code ?? error.message}).`);
  });
  const files = entries
    .filter(
      (entry) => entry.isFile() && SUFFIX.test(entry.name) && !/(?:^|[\\/])\./.test(relative(path, join(entry.parentPath, entry.name))),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (files.length === 0) throw new CommandFailed(`${written} holds no .yaml, .yml or .json file.`);
  return { files, many: true };
}

async function readText(file: string, name: string): Promise<string> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailed(`${name} cannot be read (${error.code ?? error.message}).`);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new CommandFailed(`${name} is not UTF-8: save it as UTF-8.`);
  }
}

/** From this size on reading a plan takes as long as asking the tenant: both are done at once. */
const LARGE = 512 * 1024;

/** Whether it is one large file. */
export async function isLargePlan(path: string, workingDirectory: string): Promise<boolean> {
  const found = await stat(resolve(workingDirectory, path)).catch(() => undefined);
  return found?.isFile() === true && found.size >= LARGE;
}

/** @param file as the person would name it */
export async function readPlanText(text: string, file: string): Promise<ReadPlan> {
  const read = text.length < LARGE ? undefined : await readElsewhere(text, file);
  return read ?? (await import('./read-yaml.js')).readYamlPlan(text, file);
}

/** On a thread of its own; undefined where there is none to be had. */
async function readElsewhere(text: string, file: string): Promise<ReadPlan | undefined> {
  const { Worker } = await import('node:worker_threads');
  const thread = new Worker(new URL('./yaml-thread.js', import.meta.url), {
    workerData: { text, file },
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
  });
  try {
    return await new Promise<ReadPlan | undefined>((done) => {
      thread.once('message', done);
      thread.once('error', () => done(undefined));
      thread.once('exit', () => done(undefined));
    });
  } finally {
    await thread.terminate();
  }
}

/** Of that thread: a plan becomes very many small objects. */
const YOUNG_MIB = 96;

function twice(policies: readonly WrittenPolicy[]): readonly string[] {
  const first = new Map<string, Place>();
  return policies.flatMap(({ policy, place }) => {
    const key = policy.toLowerCase();
    const other = first.get(key);
    first.set(key, other ?? place);
    return other === undefined ? [] : [`${placeText(place)}: the policy '${policy}' stands at ${placeText(other)} already.`];
  });
}
