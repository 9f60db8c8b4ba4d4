/** The writes of a plan, one after the other. */
import { CommandFailed } from '../command-failed.js';
import type { Terminal } from '../composition.js';
import type { Connection } from '../graph/connect.js';
import { createProgress } from '../render/progress.js';
import { stopSignal } from '../stop-signal.js';
import type { Journal } from './journal.js';
import { type AssignmentChange, type PolicyChange, targetKey, writeOf } from './model.js';

export interface CarriedOut {
  readonly written: number;
  readonly of: number;
  /** Why it ended before it was through. */
  readonly why: string | undefined;
}

/** Stops at the first refusal; a signal ends it between two policies. The journal is closed, and goes when all was written. */
export async function carryOut(
  changed: readonly PolicyChange[],
  journal: Journal,
  quiet: boolean,
  connection: Connection,
  terminal: Terminal,
): Promise<CarriedOut> {
  const stop = stopSignal(terminal);
  const of = changed.reduce((sum, { changes }) => sum + changes.length, 0);
  const progress = createProgress(terminal, quiet, 'writes');
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
        progress.update(written, written / of);
      }
    }
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    why = error.message;
  } finally {
    progress.clear();
    stop.release();
    if (why === undefined && written === of) await journal.finish();
    else await journal.close();
  }
  return { written, of, why };
}

async function write({ policy }: PolicyChange, change: AssignmentChange, journal: Journal, { client }: Connection): Promise<void> {
  const target = change.kind === 'delete' ? change.before : change.after;
  const { method, url, body } = writeOf(policy.id, change);
  await journal.sent(policy.id, change.kind, targetKey(target));
  await client.call(method, url, body);
  await journal.done();
}
