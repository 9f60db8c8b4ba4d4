/** `muster generate`: into a file, or straight into a tenant. */
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { isObject, type JsonObject } from '../../kernel/json.js';
import { CommandFailed } from '../command-failed.js';
import type { GenerateFlags } from '../commands/generate.js';
import type { Composition, Terminal } from '../composition.js';
import { type Connection, connect } from '../graph/connect.js';
import { textOf } from '../graph/names.js';
import { count, createProgress } from '../render/progress.js';
import { type StopSignal, stopSignal } from '../stop-signal.js';
import { createFleet, type Fleet } from './fleet.js';
import { filterOf, type MadeFilter, policyOf } from './policies.js';

interface Wanted {
  readonly seed: string;
  readonly devices: number;
  readonly users: number;
  readonly groups: number;
  readonly filters: number;
  readonly policies: number;
}

const DONE = 0;
const FAILED = 1;
const MOST = 10_000_000;
/** A tenant takes no more. */
const MOST_FILTERS = 200;
/** Lines that are written at once. */
const SLICE = 1000;
const AT_ONCE = 8;
const POLICIES_OF_A_TENANT = 50;
const POLICIES = '/deviceManagement/deviceConfigurations';
const FILTERS = '/deviceManagement/assignmentFilters';

/** @returns the exit code */
export async function generate(flags: GenerateFlags, composition: Composition, terminal: Terminal): Promise<number> {
  const wanted = wantedOf(flags);
  if (flags.out !== undefined) return await intoFile(wanted, flags.out, flags.quiet === true, terminal);
  const connection = await connect(flags, composition, terminal);
  try {
    if (!connection.muster) throw new CommandFailed(`A fleet is made for a Muster, and ${connection.client.origin} is none.`);
    return await intoTenant(wanted, connection, flags.quiet === true, terminal);
  } finally {
    await connection.close();
  }
}

function wantedOf({ seed, out, ...flags }: GenerateFlags): Wanted {
  const number = (name: 'devices' | 'users' | 'groups' | 'filters' | 'policies', fallback: number, most = MOST) => {
    const text = flags[name];
    if (text === undefined) return Math.min(fallback, most);
    const value = Number(text);
    if (!/^\d+$/.test(text) || value > most) throw new CommandFailed(`--${name} '${text}' is not a whole number up to ${count(most)}.`, 2);
    return value;
  };
  if (seed.length > 100) throw new CommandFailed('--seed is longer than 100 characters.', 2);
  const devices = number('devices', 1000);
  const policies = number('policies', out === undefined ? POLICIES_OF_A_TENANT : 0);
  return {
    seed,
    devices,
    users: number('users', Math.ceil(devices / 2)),
    groups: number('groups', Math.ceil(devices / 10)),
    filters: number('filters', Math.ceil(policies / 10), MOST_FILTERS),
    policies,
  };
}

function fleetOf({ seed, devices, users, groups }: Wanted): Fleet {
  return createFleet(seed, { devices, users, groups }, 'fleet.example');
}

/** The lines of an import, then filters and policies as Graph shows them with their assignments. */
function* everything(wanted: Wanted, fleet: Fleet): Generator<JsonObject, void, void> {
  yield* fleet.lines();
  const filters = filtersOf(wanted);
  for (const { id, body } of filters) yield { ...body, id };
  for (let index = 0; index < wanted.policies; index += 1) {
    const { id, body, assignments } = policyOf(wanted.seed, index, fleet, filters, (filter) => filter.id);
    yield { ...body, id, assignments: [...assignments] };
  }
}

const filtersOf = ({ seed, filters }: Wanted): readonly MadeFilter[] =>
  Array.from({ length: filters }, (_, index) => filterOf(seed, index));

/** Pieces of NDJSON. */
function* pieces(objects: Iterable<JsonObject>, seen: (objects: number) => void): Generator<string, void, void> {
  let lines: string[] = [];
  let made = 0;
  for (const object of objects) {
    made += 1;
    if (lines.push(JSON.stringify(object)) < SLICE) continue;
    seen(made);
    yield `${lines.join('\n')}\n`;
    lines = [];
  }
  if (lines.length > 0) yield `${lines.join('\n')}\n`;
}

async function intoFile(wanted: Wanted, out: string, quiet: boolean, terminal: Terminal): Promise<number> {
  const fleet = fleetOf(wanted);
  const total = fleet.count() + wanted.filters + wanted.policies;
  const progress = createProgress(terminal, quiet, 'objects');
  const stop = stopSignal(terminal);
  const path = out === '-' ? undefined : resolve(terminal.workingDirectory, out);
  const file = path === undefined ? undefined : createWriteStream(path);
  const opened = file === undefined ? undefined : finished(file);
  opened?.catch(() => undefined);
  try {
    for (const piece of pieces(everything(wanted, fleet), (made) => progress.update(made, made / total))) {
      if (stop.asked()) break;
      if (file === undefined) await terminal.send(piece);
      else if (!file.write(piece)) await Promise.race([new Promise<void>((done) => file.once('drain', () => done())), opened]);
      else await new Promise(setImmediate);
    }
    file?.end();
    await opened;
  } catch (error) {
    throw new CommandFailed(`${path} cannot be written (${(error as NodeJS.ErrnoException).code ?? (error as Error).message}).`);
  } finally {
    progress.clear();
    stop.release();
  }
  if (stop.asked()) {
    if (path !== undefined) await rm(path, { force: true });
    terminal.error('muster: Stopped by a signal: nothing was kept.\n');
    return FAILED;
  }
  if (path !== undefined) terminal.out(`Made ${count(total)} objects of the seed ${wanted.seed}: ${path}\n`);
  return DONE;
}

async function intoTenant(wanted: Wanted, connection: Connection, quiet: boolean, terminal: Terminal): Promise<number> {
  const fleet = fleetOf(wanted);
  const [{ runImport }, { remoteTarget }] = await Promise.all([import('../import/run.js'), import('../import/remote.js')]);
  const bytes = Readable.from(encoded(pieces(fleet.lines(), () => undefined)));
  const target = { ...remoteTarget(connection.base, connection.token), name: connection.name };
  const code = await runImport({ bytes, size: undefined, expected: fleet.count(), target, keepGoing: false, json: false, quiet }, terminal);
  if (code !== DONE) return code;
  const stop = stopSignal(terminal);
  try {
    return await layPolicies(wanted, fleet, connection, quiet, stop, terminal);
  } finally {
    stop.release();
  }
}

async function* encoded(texts: Iterable<string>): AsyncGenerator<Buffer, void, void> {
  for (const text of texts) yield Buffer.from(text);
}

/** Filters, policies and assignments through Graph; those whose name is there already stay as they are. */
async function layPolicies(
  wanted: Wanted,
  fleet: Fleet,
  { client, name }: Connection,
  quiet: boolean,
  stop: StopSignal,
  terminal: Terminal,
): Promise<number> {
  if (wanted.policies + wanted.filters === 0) return DONE;
  const filters = filtersOf(wanted);
  const known = new Map((await client.rows(`${FILTERS}?$select=id,displayName`)).map((row) => [textOf(row.displayName), textOf(row.id)]));
  for (const { displayName, body } of filters) {
    if (known.has(displayName)) continue;
    if (stop.asked()) break;
    const answer = (await client.call('POST', FILTERS, body)).body;
    known.set(displayName, isObject(answer) ? textOf(answer.id) : '');
  }
  const present = new Set((await client.rows(`${POLICIES}?$select=id,displayName`)).map((row) => textOf(row.displayName)));
  const progress = createProgress(terminal, quiet, 'policies');
  let next = 0;
  let made = 0;
  const lane = async () => {
    while (next < wanted.policies && !stop.asked()) {
      const policy = policyOf(wanted.seed, next, fleet, filters, ({ displayName }) => known.get(displayName) ?? '');
      next += 1;
      if (present.has(policy.displayName)) continue;
      const created = (await client.call('POST', POLICIES, policy.body)).body;
      const id = isObject(created) ? textOf(created.id) : '';
      await client.call('POST', `${POLICIES}/${id}/assign`, { assignments: [...policy.assignments] });
      made += 1;
      progress.update(made, next / wanted.policies);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  progress.clear();
  if (stop.asked()) {
    terminal.error(`muster: Stopped by a signal: ${made} policies were made. Run the same again: what is there stays.\n`);
    return FAILED;
  }
  terminal.out(`Made ${count(made)} policies in ${name}.\n`);
  return DONE;
}
