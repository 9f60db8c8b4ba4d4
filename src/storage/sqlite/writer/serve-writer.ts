/** The thread that writes: carries out what it is handed, in order, until it is closed. */
import type { ChangeSet } from '../../change-set.js';
import { StorageError } from '../../storage-error.js';
import type { BulkStore } from '../sqlite-store.js';
import type { WriterAnswer, WriterPort, WriterRequest } from './channel.js';
import { createUnpacker } from './packed-changes.js';

export type WriterStore = Pick<BulkStore, 'commit' | 'createTenant' | 'deleteTenant' | 'settle' | 'abandon' | 'close'>;

/** @param open opens the database; what it throws is told to the other end */
export async function serveWriter(port: WriterPort, open: () => Promise<WriterStore>): Promise<void> {
  const answer = (told: WriterAnswer) => port.postMessage(told);
  const unpack = createUnpacker();
  let store: WriterStore;
  try {
    store = await open();
  } catch (error) {
    const { message } = error as Error;
    answer({ unopened: { fault: error instanceof StorageError ? error.fault : undefined, message } });
    return;
  }
  answer({ value: undefined });
  /** Why something failed since the last time it settled: what was decided on that must not be written either. */
  let failure: string | undefined;

  async function write(changes: ChangeSet): Promise<number> {
    return await store.commit(changes).catch((error: unknown) => {
      store.abandon(error);
      throw error;
    });
  }

  async function carryOut(request: WriterRequest): Promise<number | undefined> {
    // Also of what is not carried out: what follows may be packed with what it brings.
    const changes = request.do === 'write' || request.do === 'commit' ? unpack(request.changes) : undefined;
    if (failure !== undefined && request.do !== 'settle' && request.do !== 'close') return undefined;
    switch (request.do) {
      case 'write':
      case 'commit':
        return await write(changes!);
      case 'createTenant':
        return void (await store.createTenant(request.tenant));
      case 'deleteTenant':
        return void (await store.deleteTenant(request.id));
      case 'close':
        return void (await store.close());
      case 'settle':
        await store.settle();
    }
  }

  // One after the other, though each may wait.
  let last = Promise.resolve();
  port.on('message', (request: WriterRequest) => {
    last = last.then(async () => {
      try {
        const value = await carryOut(request);
        answer(failure === undefined ? { value } : { lost: failure });
      } catch (error) {
        failure = reasonOf(error);
        answer({ lost: failure });
      }
      // Told to somebody who knows now that all of it is gone.
      if (request.do === 'settle') failure = undefined;
    });
  });
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}
