import { Command, CommanderError } from 'commander';
import { caCommand } from './commands/ca.js';
import { importCommand } from './commands/import.js';
import { serveCommand } from './commands/serve.js';
import { tokenCommand } from './commands/token.js';
import type { Composition, Terminal } from './composition.js';

const EXAMPLES = `
Examples:
  muster serve                                   start with the tenants demo and docs, state in ./.muster
  muster serve --memory --http 127.0.0.1:0 --https off --json
                                                 for tests: a free port, nothing kept, one line of JSON when ready
  muster token --tenant demo                     a token with every application permission of the area
  muster token --tenant demo --scopes DeviceManagementConfiguration.Read.All
                                                 a token of the tenant's administrator with one delegated permission
  muster import fleet.ndjson --tenant empty      users, devices, groups and memberships, one JSON object a line
  NODE_EXTRA_CA_CERTS=$(muster ca) node app.js   let a Node program trust the https listener
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
  for (const add of [serveCommand, tokenCommand, importCommand, caCommand]) add(program, composition, terminal, settle);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    return report(error, terminal);
  }
}

/** Errors whose message is for the person who starts the program. */
const EXPLAINED: ReadonlySet<string> = new Set(['ConfigError', 'ListenError', 'StorageError', 'OpenIdTrustError', 'SigningKeysError']);

/** One line for what a person can mend; the stack as well for what is a defect of ours. */
function report(error: unknown, terminal: Terminal): number {
  const known = error instanceof Error ? error : new Error(String(error));
  const explained = EXPLAINED.has(known.name) || 'syscall' in known;
  terminal.error(`muster: ${explained ? known.message : (known.stack ?? known.message)}\n`);
  return known.name === 'ConfigError' ? USAGE : FAILED;
}
