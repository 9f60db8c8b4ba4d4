import type { Terminal } from './composition.js';

/** Ctrl-C under npm arrives twice: what follows within this time is no second wish. */
const ECHO_MILLIS = 250;
const FAILED = 1;

export interface StopSignal {
  asked(): boolean;
  /** From now on a signal means nothing here. */
  release(): void;
}

/** The first signal asks to stop when what is in hand is done; a second one ends the process at once. */
export function stopSignal(terminal: Terminal): StopSignal {
  let firstAt: number | undefined;
  let listening = true;
  terminal.onSignal(() => {
    if (!listening) return;
    if (firstAt === undefined) {
      firstAt = terminal.now();
      terminal.error('\nmuster: Ends when what is in hand is done. Once more: at once.\n');
    } else if (terminal.now() - firstAt > ECHO_MILLIS) terminal.exit(FAILED);
  });
  return {
    asked: () => firstAt !== undefined,
    release() {
      listening = false;
    },
  };
}
