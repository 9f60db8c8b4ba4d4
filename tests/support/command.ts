/** A command of Muster run in this process, with the real composition: what it prints, and how it ends. */
import { Readable } from 'node:stream';
import type { Terminal } from '../../src/cli/composition.js';
import { runCli } from '../../src/cli/main.js';
import { composition } from '../../src/main.js';

export interface CommandSetting {
  readonly directory: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Given a function that sends a signal, as Ctrl-C does. */
  readonly signals?: (send: () => void) => void;
  /** Told of everything that goes to standard error, as it comes. */
  readonly watch?: (text: string) => void;
}

export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

export async function runCommand(args: readonly string[], setting: CommandSetting): Promise<CommandResult> {
  const seen = { out: '', error: '' };
  const listeners: ((signal: string) => void)[] = [];
  const terminal: Terminal = {
    environment: setting.environment ?? {},
    workingDirectory: setting.directory,
    platform: process.platform,
    version: '0.0.0',
    out: (text) => {
      seen.out += text;
    },
    error: (text) => {
      seen.error += text;
      setting.watch?.(text);
    },
    send: async (text) => {
      seen.out += text;
    },
    interactive: false,
    outInteractive: false,
    columns: undefined,
    confirm: async () => undefined,
    input: () => Readable.from([]),
    now: () => performance.now(),
    onSignal: (listener) => void listeners.push(listener),
    exit: () => undefined,
  };
  setting.signals?.(() => {
    for (const listener of listeners) listener('SIGINT');
  });
  const code = await runCli(args, composition, terminal);
  return { code, ...seen };
}
