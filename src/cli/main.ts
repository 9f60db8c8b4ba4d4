import { Command, CommanderError } from 'commander';
import { type CatalogueEntry, catalogue } from './catalogue.js';
import { CommandFailed } from './command-failed.js';
import type { Composition, Terminal } from './composition.js';

const EXAMPLES = `
Examples:
  muster serve                                   start with the tenants demo and docs, state in ./.muster
  muster serve --memory --http 127.0.0.1:0 --https off --json
                                                 for tests: a free port, nothing kept, one line of JSON when ready
  muster token --tenant demo                     a token with every application permission of the area
  muster explain DE-BER-LT0132 --tenant demo     what a device gets, and why
  muster plan assignments.yaml --tenant demo     what a change of assignments would do
  muster help plan                               all about one command
`;

/** Exit codes: 0 done, 1 failed, 2 wrong command line or configuration. */
const FAILED = 1;
const USAGE = 2;

/**
 * Run one command line.
 *
 * @param args without the program's own name
 * @returns the exit code; messages have been written
 */
export async function runCli(args: readonly string[], composition: Composition, terminal: Terminal): Promise<number> {
  let code = 0;
  const settle = (result: number) => {
    code = result;
  };
  const program = new Command('muster')
    .description('Microsoft Intune device-configuration assignment as software anyone can run: a server that speaks Microsoft Graph.')
    .version(terminal.version, '--version', 'print the version')
    .helpOption('--help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', EXAMPLES)
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.error(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'muster: ')),
    })
    .exitOverride();
  const wanted = named(args);
  for (const entry of catalogue) {
    const command = program.command(entry.name).description(entry.description);
    if (entry === wanted) (await entry.load())(command, composition, terminal, settle, catalogue);
  }
  const usage = wanted?.usage ?? USAGE;
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usage;
    return report(error, usage, terminal);
  }
}

/** The command that a command line is for, or asks the help of. */
function named(args: readonly string[]): CatalogueEntry | undefined {
  const words = args.filter((arg) => !arg.startsWith('-'));
  const name = words[0] === 'help' ? words[1] : words[0];
  return catalogue.find((entry) => entry.name === name);
}

/** Errors whose message is for the person who starts the program. */
const EXPLAINED: ReadonlySet<string> = new Set([
  'ConfigError',
  'ListenError',
  'StorageError',
  'OpenIdTrustError',
  'SigningKeysError',
  'CommandFailed',
  'ExchangeError',
]);

/** One line for what a person can mend; the stack as well for what is a defect of ours. */
function report(error: unknown, usage: number, terminal: Terminal): number {
  const known = error instanceof Error ? error : new Error(String(error));
  const explained = EXPLAINED.has(known.name) || 'syscall' in known;
  terminal.error(`muster: ${explained ? known.message : (known.stack ?? known.message)}\n`);
  if (known instanceof CommandFailed) return known.exitCode === USAGE ? usage : known.exitCode;
  return known.name === 'ConfigError' ? usage : FAILED;
}
