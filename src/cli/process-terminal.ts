/** The process as its commands see it. */
import type { Terminal } from './composition.js';

/** @param version of the program */
export function processTerminal(version: string): Terminal {
  // A reader that goes away is no reason to fall over.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', ...(process.platform === 'win32' ? (['SIGBREAK'] as const) : [])] as const;
  return {
    environment: process.env,
    workingDirectory: process.cwd(),
    platform: process.platform,
    version,
    out: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
    send: (text) =>
      new Promise((done) => {
        // A reader that has gone away takes everything.
        if (process.stdout.write(text) || process.stdout.destroyed) return done();
        const settled = () => {
          process.stdout.off('drain', settled).off('close', settled).off('error', settled);
          done();
        };
        process.stdout.once('drain', settled).once('close', settled).once('error', settled);
      }),
    interactive: process.stderr.isTTY === true,
    outInteractive: process.stdout.isTTY === true,
    columns: process.stdout.columns,
    confirm: async (question) => {
      if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) return undefined;
      return (await import('./render/confirm.js')).askPerson(question);
    },
    input: () => process.stdin,
    now: () => performance.now(),
    onSignal: (listener) => {
      for (const signal of signals) process.on(signal, listener);
    },
    exit: (code) => process.exit(code),
  };
}
