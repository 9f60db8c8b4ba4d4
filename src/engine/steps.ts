/** Long work in steps, so that whoever does it can let other work of the process in between; nothing may be asked of its object or told it meanwhile. */
export type Steps = Generator<void, void, void>;

/** All of it without a pause. */
export function atOnce(steps: Steps): void {
  while (steps.next().done !== true);
}
