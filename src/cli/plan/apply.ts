/** `muster apply FILE`: what `muster plan` shows, carried out one assignment at a time. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandFailed } from '../command-failed.js';
import type { ApplyFlags } from '../commands/apply.js';
import type { Composition, Terminal } from '../composition.js';
import { type Connection, connect } from '../graph/connect.js';
import { coloursFor } from '../render/colours.js';
import { createProgress } from '../render/progress.js';
import { stopSignal } from '../stop-signal.js';
import { guardOf } from './guard.js';
import { findUnfinished, fingerprint, type Journal, journalOf, openJournal, readJournal, type Unfinished } from './journal.js';
import { type AssignmentChange, type PolicyChange, targetKey, writeOf } from './model.js';
import { textReport } from './output/text.js';
import { type Prepared, prepare } from './prepare.js';
import { readPlan } from './read.js';
import { reportOf } from './report.js';
import { FAILED, OVER } from './run.js';
import { undoHead, writeUndo } from './undo.js';

const DONE = 0;

/** @returns 0: the tenant is as the plan says; 1: it was not all done; 3: nothing was done, the limits would not hold */
export async function apply(file: string, flags: ApplyFlags, composition: Composition, terminal: Terminal): Promise<number> {
  const guard = guardOf(flags);
  const quiet = flags.quiet === true;
  const written = await readPlan(file, terminal.workingDirectory);
  const connection = await connect(flags, composition, terminal);
  try {
    const plan = fingerprint(written, connection.identity);
    const unfinished = await earlier(flags.undo, plan, terminal);
    if (unfinished !== undefined && !quiet) terminal.error(`muster: ${resuming(unfinished)}\n`);
    const prepared = await prepare(written, { file, guard, quiet }, connection, terminal);
    const report = reportOf(prepared, connection.name);
    const text = textReport(report, await coloursFor(terminal), flags.verbose === true);
    if (flags.json !== true) await terminal.send(text);
    if (report.policies.some(({ refusal }) => refusal !== undefined))
      throw new CommandFailed('The tenant would refuse a part: nothing was changed.');
    if (prepared.over.length > 0) {
      terminal.error(`muster: ${prepared.over.join(' ')} Nothing was changed.\n`);
      return OVER;
    }
    if (prepared.changed.length === 0) {
      if (unfinished !== undefined) await (await openJournal(unfinished.undo, plan, unfinished.begun, true)).finish();
      if (flags.json === true) terminal.out(`${JSON.stringify({ complete: true, written: 0, undo: unfinished?.undo ?? null })}\n`);
      return DONE;
    }
    if (!(await agreed(flags, prepared, connection, terminal))) return FAILED;
    return await carryOut(prepared, plan, unfinished, flags, connection, terminal);
  } finally {
    await connection.close();
  }
}

/** The run that this one goes on with. */
async function earlier(undo: string | undefined, plan: string, terminal: Terminal): Promise<Unfinished | undefined> {
  if (undo === undefined) return await findUnfinished(terminal.workingDirectory, plan);
  const path = resolve(terminal.workingDirectory, undo);
  const found = await readJournal(journalOf(path), plan);
  if (found === undefined && (existsSync(path) || existsSync(journalOf(path)))) {
    throw new CommandFailed(`${path} is there already, of another apply: name another file with --undo.`);
  }
  return found;
}

function resuming({ undo, begun, done, unknown }: Unfinished): string {
  const doubt = unknown === 0 ? '' : `, of ${unknown} it is not known and is seen now`;
  return `An apply of this plan was begun at ${begun} and not ended: ${done} ${done === 1 ? 'write was' : 'writes were'} made${doubt}. This one goes on with it; ${undo} takes back both.`;
}

async function agreed(flags: ApplyFlags, { changed }: Prepared, { name, muster }: Connection, terminal: Terminal): Promise<boolean> {
  if (flags.yes === true) return true;
  const unknown = muster ? '' : ' What it does to devices is not known.';
  const answer = await terminal.confirm(`Change ${changed.length} ${changed.length === 1 ? 'policy' : 'policies'} of ${name}?${unknown}`);
  if (answer === undefined) throw new CommandFailed('Nobody is there to be asked: say --yes. Nothing was changed.');
  if (!answer) terminal.error('muster: Nothing was changed.\n');
  return answer;
}

async function carryOut(
  prepared: Prepared,
  plan: string,
  unfinished: Unfinished | undefined,
  flags: ApplyFlags,
  connection: Connection,
  terminal: Terminal,
): Promise<number> {
  const { changed, directory, file } = prepared;
  const begun = unfinished?.begun ?? new Date().toISOString();
  const undo = unfinished?.undo ?? resolve(terminal.workingDirectory, flags.undo ?? freeName(begun, terminal.workingDirectory));
  await writeUndo(undo, undoHead(file, connection.name, begun), changed, directory, unfinished !== undefined && existsSync(undo));
  const journal = await openJournal(undo, plan, begun, unfinished !== undefined);
  const stop = stopSignal(terminal);
  const all = changed.reduce((sum, { changes }) => sum + changes.length, 0);
  const progress = createProgress(terminal, flags.quiet === true, 'writes');
  let written = 0;
  let why: string | undefined;
  try {
    for (const change of changed) {
      // A policy that was begun is finished: between its writes it is in neither state.
      if (stop.asked()) {
        why = 'Stopped by a signal.';
        break;
      }
      for (const one of change.changes) {
        await write(change, one, journal, connection);
        written += 1;
        progress.update(written, written / all);
      }
    }
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    why = error.message;
  } finally {
    progress.clear();
    stop.release();
    if (why === undefined && written === all) await journal.finish();
    else await journal.close();
  }
  if (flags.json === true) terminal.out(`${JSON.stringify({ complete: why === undefined, written, of: all, undo })}\n`);
  else
    terminal.out(
      `${why === undefined ? 'Done' : 'Not done'}: ${written} of ${all} writes were made. Take them back: muster apply ${undo}\n`,
    );
  if (why === undefined) return DONE;
  terminal.error(`muster: ${why} Run the same command again when it is mended: it goes on from there.\n`);
  return FAILED;
}

async function write({ policy }: PolicyChange, change: AssignmentChange, journal: Journal, { client }: Connection): Promise<void> {
  const target = change.kind === 'delete' ? change.before : change.after;
  const { method, url, body } = writeOf(policy.id, change);
  await journal.sent(policy.id, change.kind, targetKey(target));
  await client.call(method, url, body);
  await journal.done();
}

function freeName(begun: string, directory: string): string {
  const stamp = begun.slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  for (let n = 1; ; n += 1) {
    const name = `muster-undo-${stamp}${n === 1 ? '' : `-${n}`}.yaml`;
    if (!existsSync(resolve(directory, name)) && !existsSync(resolve(directory, journalOf(name)))) return name;
  }
}
