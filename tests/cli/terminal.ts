/** The program in a terminal of its own, as a person has it: what is on the screen, and keys that are pressed. */
import { stripVTControlCharacters } from 'node:util';
import { spawn } from '@lydell/node-pty';
import type { MusterProgram } from '../wire/program.js';

export interface Screen {
  readonly code: number;
  /** Everything that was written, as it was written. */
  readonly raw: string;
  /** Without colours and the moves of the cursor, lines ending as in a file. */
  readonly text: string;
}

export interface TerminalSetting {
  readonly columns?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Keys, each pressed when the text is on the screen. */
  readonly keys?: readonly (readonly [when: RegExp, press: string])[];
}

export const CTRL_C = '\u0003';

export async function inTerminal(
  program: MusterProgram,
  directory: string,
  args: readonly string[],
  { columns = 100, environment = {}, keys = [] }: TerminalSetting = {},
): Promise<Screen> {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:MUSTER_|NO_COLOR|FORCE_COLOR|CI$)/.test(name)));
  const terminal = spawn(process.execPath, [program.main, ...args], {
    name: 'xterm-256color',
    cols: columns,
    rows: 40,
    cwd: directory,
    env: { ...own, ...environment },
  });
  let raw = '';
  let pressed = 0;
  terminal.onData((data) => {
    raw += data;
    const [when, press] = keys[pressed] ?? [];
    if (when === undefined || press === undefined || !when.test(plain(raw))) return;
    pressed += 1;
    terminal.write(press);
  });
  const { exitCode } = await new Promise<{ readonly exitCode: number }>((done) => terminal.onExit(done));
  return { code: exitCode, raw, text: plain(raw) };
}

function plain(raw: string): string {
  return stripVTControlCharacters(raw).replaceAll('\r\n', '\n');
}
