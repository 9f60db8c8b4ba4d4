/** Threads that fill engines, for tests: both ends on one thread, a channel between them. */
import { MessageChannel } from 'node:worker_threads';
import type { Store } from '../../storage/store.js';
import { type FillThread, type FillThreads, type FillWork, serveFill } from '../fill-thread.js';

export interface ThreadsHere extends FillThreads {
  /** What was asked of each thread that was started. */
  readonly started: FillWork[];
  /** How many of them were ended. */
  ended: number;
}

/** @param store what the threads read */
export function threadsHere(store: Pick<Store, 'scan'>): ThreadsHere {
  const threads: ThreadsHere = {
    started: [],
    ended: 0,
    start(work): FillThread {
      threads.started.push(work);
      const { port1, port2 } = new MessageChannel();
      void serveFill({ postMessage: (message, memory) => port2.postMessage(message, memory) }, store, work);
      return {
        on: (event, listener) => port1.on(event, listener as (value: unknown) => void),
        terminate() {
          threads.ended += 1;
          port1.close();
        },
      };
    },
  };
  return threads;
}
