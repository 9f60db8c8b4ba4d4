/**
 * Group commit: writes that arrive within one turn of the event loop share one transaction, a savepoint each, and one fsync. Each is
 * carried out at once on the writer connection, so that reads there see it; its promise settles after the COMMIT.
 *
 * A write that is refused (VersionConflict) is told so after the COMMIT too: whoever then reads again, reads what it lost against.
 */
import { GraphError, graphError } from '../../kernel/errors.js';
import { VersionConflict } from '../change-set.js';
import type { SqliteDatabase } from './connection.js';

export interface WriteQueue {
  /**
   * Run `work`, which writes on the writer connection and must not wait for anything.
   * @returns its result once durable; rejects with what it throws, its writes undone, or with GraphError unavailable when the database
   * could not keep it
   */
  write<T>(work: () => T): Promise<T>;
  /** Commit what is pending, now. */
  flush(): void;
  /** Give up what is pending, for this reason. */
  lose(cause: unknown): void;
}

export interface WriteQueueOptions {
  /**
   * For one writer who has much to write and nobody beside him: a write settles when it is carried out, and is durable when `flush` returns,
   * which nobody else calls. One that fails after it has written something takes everything since the last `flush` with it, and makes the next
   * throw GraphError unavailable; one that is refused before leaves the others alone.
   */
  readonly held?: boolean;
}

export interface WriteHooks {
  /** Last writes of a transaction. */
  beforeCommit(): void;
  /** One write was undone; the transaction goes on. */
  afterUndo(): void;
  /** The whole transaction is gone; the database is as it was after the last COMMIT. */
  afterLoss(): void;
}

interface Waiter {
  readonly durable: () => void;
  readonly lost: (error: Error) => void;
}

export function createWriteQueue(database: SqliteDatabase, hooks: WriteHooks, { held = false }: WriteQueueOptions = {}): WriteQueue {
  let waiters: Waiter[] | undefined;
  /** Why writes that were told to have been carried out are gone; nobody has been told yet. */
  let failure: unknown;
  // Prepared once: every write runs two of them.
  const beginTransaction = database.prepare('BEGIN IMMEDIATE');
  const commitTransaction = database.prepare('COMMIT');
  const savepoint = database.prepare('SAVEPOINT change_set');
  const release = database.prepare('RELEASE change_set');

  /** Rows written on this connection so far. */
  const selectWritten = database.prepare('SELECT total_changes() AS written');
  const written = () => (selectWritten.get() as { readonly written: number }).written;

  function begin(): Waiter[] {
    if (waiters !== undefined) return waiters;
    beginTransaction.run();
    const begun: Waiter[] = [];
    waiters = begun;
    if (held) return begun;
    setImmediate(() => {
      if (waiters === begun) flush();
    });
    return begun;
  }

  function flush(): void {
    if (failure !== undefined) {
      const cause = failure;
      failure = undefined;
      throw unavailable(cause);
    }
    const done = waiters;
    if (done === undefined) return;
    try {
      hooks.beforeCommit();
      commitTransaction.run();
    } catch (cause) {
      lose(cause);
      if (held) flush();
      return;
    }
    waiters = undefined;
    for (const waiter of done) waiter.durable();
  }

  function lose(cause: unknown): void {
    const lost = waiters ?? [];
    waiters = undefined;
    if (held) failure = cause;
    try {
      database.exec('ROLLBACK');
    } catch {
      // A full disk or a failed write may have made SQLite roll back by itself.
    }
    for (const waiter of lost) waiter.lost(unavailable(cause));
    hooks.afterLoss();
  }

  /** Whether the transaction is still there. */
  function undo(error: unknown): boolean {
    try {
      database.exec('ROLLBACK TO change_set; RELEASE change_set');
    } catch {
      return false;
    }
    if (!(error instanceof VersionConflict)) hooks.afterUndo();
    return true;
  }

  return {
    flush,
    lose,
    write: <T>(work: () => T) =>
      new Promise<T>((resolve, reject) => {
        let batch: Waiter[];
        try {
          batch = begin();
        } catch (cause) {
          reject(unavailable(cause));
          return;
        }
        // Undoing a single one would need a copy of every page that it touches.
        const before = held ? written() : 0;
        try {
          if (held) {
            resolve(work());
            return;
          }
          savepoint.run();
          const result = work();
          release.run();
          batch.push({ durable: () => resolve(result), lost: reject });
        } catch (error) {
          const refusal = error instanceof GraphError || error instanceof VersionConflict ? error : unavailable(error);
          if (held) {
            reject(refusal);
            if (written() !== before) lose(error);
            return;
          }
          batch.push({ durable: () => reject(refusal), lost: () => reject(refusal) });
          if (!undo(error)) lose(error);
        }
      }),
  };
}

export function unavailable(cause: unknown): GraphError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const error = graphError('unavailable', { reason: `The database could not keep the change: ${reason}` });
  error.cause = cause;
  return error;
}
