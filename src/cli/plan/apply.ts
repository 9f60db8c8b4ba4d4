/** `muster apply FILE`: what `muster plan` shows, carried out one assignment at a time. */
import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { CommandFailed } from '../command-failed.js';
import type { ApplyFlags } from '../commands/apply.js';
import type { Composition, Terminal } from '../composition.js';
import { type Connection, connect } from '../graph/connect.js';
import { coloursFor } from '../render/colours.js';
import { carryOut } from './carry-out.js';
import { guardOf } from './guard.js';
import { findUnfinished, fingerprint, journalOf, openJournal, readJournal, type Unfinished } from './journal.js';
import { connectModel } from './model-tenant.js';
import { textReport } from './output/text.js';
import { counted } from './output/words.js';
import { type Prepared, prepare, stillSo } from './prepare.js';
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
  const model = await connectModel(flags, connection, composition, terminal);
  try {
    const plan = fingerprint(written, connection.identity);
    const unfinished = await earlier(flags.undo, plan, terminal);
    if (unfinished !== undefined && !quiet) terminal.error(`muster: ${resuming(unfinished)}\n`);
    const prepared = await prepare(written, { file, guard, quiet, model }, connection, terminal);
    const report = reportOf(prepared, connection.name);
    if (flags.json !== true) await terminal.send(textReport(report, await coloursFor(terminal), flags.verbose === true));
    if (report.policies.some(({ refusal }) => refusal !== undefined)) {
      throw new CommandFailed('The tenant would refuse a part: nothing was changed. muster plan says which.');
    }
    if (prepared.over.length > 0) {
      if (flags.json === true) terminal.out(summary({ complete: false, written: 0, over: prepared.over, undo: unfinished?.undo ?? null }));
      terminal.error('muster: The plan goes over its limits. Nothing was changed.\n');
      return OVER;
    }
    if (prepared.changed.length === 0) {
      if (unfinished !== undefined) await (await openJournal(unfinished.undo, plan, unfinished.begun, true)).finish();
      if (flags.json === true) terminal.out(summary({ complete: true, written: 0, undo: unfinished?.undo ?? null }));
      return DONE;
    }
    if (!(await agreed(flags, prepared, connection, terminal))) return FAILED;
    return await begin(prepared, plan, unfinished, flags, connection, terminal);
  } finally {
    await model?.close();
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
  return `An apply of this plan was begun at ${begun} and not ended: ${counted(done, 'write was', 'writes were')} made${doubt}. This one goes on with it; ${undo} takes back both.`;
}

/** Asks, unless told not to; and sees that the tenant is still what the person was shown. */
async function agreed(flags: ApplyFlags, prepared: Prepared, connection: Connection, terminal: Terminal): Promise<boolean> {
  if (flags.yes === true) return true;
  const unknown = prepared.impact === undefined ? ' What it does to devices is not known.' : '';
  const answer = await terminal.confirm(
    `Change ${counted(prepared.changed.length, 'policy', 'policies')} of ${connection.name}?${unknown}`,
  );
  if (answer === undefined) throw new CommandFailed('Nobody is there to be asked: say --yes. Nothing was changed.');
  if (!answer) {
    terminal.error('muster: Nothing was changed.\n');
    return false;
  }
  if (await stillSo(prepared, connection)) return true;
  throw new CommandFailed(
    'The tenant has changed since it was read: run the command again, and see what it would do now. Nothing was changed.',
  );
}

async function begin(
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
  const { written, of, why } = await carryOut(changed, journal, flags.quiet === true, connection, terminal);
  if (flags.json === true) terminal.out(summary({ complete: why === undefined, written, of, undo }));
  else {
    const verdict = why === undefined ? 'Done' : 'Not done';
    const made =
      why === undefined ? counted(written, 'write was', 'writes were') : `${written} of ${counted(of, 'write was', 'writes were')}`;
    terminal.out(`${verdict}: ${made} made. Take them back: muster apply ${shownPath(undo, terminal)}${where(flags)}\n`);
  }
  if (why === undefined) return DONE;
  terminal.error(`muster: ${why} Run the same command again when it is mended: it goes on from there.\n`);
  return FAILED;
}

function shownPath(path: string, { workingDirectory }: Terminal): string {
  const near = relative(workingDirectory, path);
  return inQuotes(near.startsWith('..') ? path : near);
}

/** The flags that say which tenant, for a line to paste; a token is not for the screen. */
function where({ tenant, url, graph, data }: ApplyFlags): string {
  const given = Object.entries({ tenant, url, graph, data }).filter(([, value]) => value !== undefined);
  return given.map(([flag, value]) => ` --${flag} ${inQuotes(value ?? '')}`).join('');
}

const inQuotes = (text: string) => (/^[\w./:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

const summary = (told: object) => `${JSON.stringify(told)}\n`;

function freeName(begun: string, directory: string): string {
  const stamp = begun.slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  for (let n = 1; ; n += 1) {
    const name = `muster-undo-${stamp}${n === 1 ? '' : `-${n}`}.yaml`;
    if (!existsSync(resolve(directory, name)) && !existsSync(resolve(directory, journalOf(name)))) return name;
  }
}
