/** Long work on the event loop, a few milliseconds at a stretch. */
import { setImmediate } from 'node:timers/promises';

/** How long work may hold up everything else, in milliseconds. */
const SLICE_MILLIS = 4;

/**
 * Carry out the steps of `steps`, letting other work in between slices; each step is to take well under a millisecond.
 * `mayGoOn` is called before each further slice and ends the work by throwing.
 */
export async function inSlices<T>(steps: Generator<void, T, void>, mayGoOn: () => void): Promise<T> {
  let sliceEnd = performance.now() + SLICE_MILLIS;
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() < sliceEnd) continue;
    await setImmediate();
    mayGoOn();
    sliceEnd = performance.now() + SLICE_MILLIS;
  }
}
