import type { Command } from 'commander';
import type { Composition, Running, Terminal } from '../composition.js';
import { addExamples } from './examples.js';
import { addSharedFlags, settings } from './settings.js';

/** Ctrl-C under `npm start` arrives twice, from the terminal and from npm: what follows within this time is no second wish. */
const ECHO_MILLIS = 250;

export function serveCommand(command: Command, composition: Composition, terminal: Terminal, settle: (code: number) => void): void {
  addExamples(command, [
    ['muster serve', 'start with the tenants demo and docs, state in ./.muster'],
    ['muster serve --memory --http 127.0.0.1:0 --https off --json', 'for tests: a free port, nothing kept, one line of JSON when ready'],
  ]);
  command
    .option('--http <host:port>', 'http listener, or off; port 0 takes a free one (default: 127.0.0.1:8080)')
    .option('--https <host:port>', 'https listener, or off; port 0 takes a free one (default: 127.0.0.1:8443)')
    .option('--memory', 'keep the state in memory; keys and certificates stay in the data directory')
    .option('--tenants <list>', 'tenants to start with: demo, docs, empty, unlicensed; demo=GUID binds one to an id (default: demo,docs)')
    .option('--issuer <url>', 'whose tokens are believed: embedded, or the URL of an OpenID issuer (default: embedded)')
    .option('--audience <list>', 'audiences accepted besides those of Microsoft Graph')
    .option('--tls-cert <file>', 'PEM certificate chain of the https listener (default: one of the development CA)')
    .option('--tls-key <file>', 'PEM private key of --tls-cert')
    .option('--loose', 'accept references to groups and filters that do not exist')
    .option('--throttle <limits>', 'limits on requests: off, service for those of the service, or service-no-retry-after (default: off)')
    .option('--wire <profile>', 'answers where documentation and service differ: documented or observed (default: documented)')
    .option('--cors <origins>', 'origins of web pages that may call, comma-separated, or * for every one (default: none)')
    .option('--cloud <name>', 'whose audiences and authority: global, usgov-l4, usgov-l5 or china (default: global)')
    .option('--host-true', 'name the hosts of the cloud in contexts, links and discovered endpoints')
    .option('--log <level>', 'silent, error, warn, info or debug, as JSON lines on standard error (default: warn)')
    .option('--shutdown <duration>', 'how long to wait for requests in flight at the end (default: 10s)')
    .option('--json', 'print one line of JSON on standard output when ready, and nothing else');
  addSharedFlags(command).action(async (flags: Readonly<Record<string, unknown>>) => {
    const [config, { readyLine, readyMessage }] = await Promise.all([settings(flags, terminal), import('../render/ready-message.js')]);
    const ending = signalled(terminal);
    const running = await composition.serve(config);
    for (const note of running.notes) terminal.error(`muster: ${note}\n`);
    terminal.out(config.json ? readyLine(running, config) : readyMessage(running, config, terminal.platform));
    settle(await finish(running, ending, terminal, config.json));
  });
}

async function finish(running: Running, ending: Promise<string>, terminal: Terminal, quiet: boolean): Promise<number> {
  await ending;
  if (!quiet) terminal.out('\nMuster ends: requests in flight finish first.\n');
  await running.close();
  return 0;
}

/** Resolves at the first signal; a second one ends the process at once. */
function signalled(terminal: Terminal): Promise<string> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    terminal.onSignal((signal) => {
      if (firstAt === undefined) {
        firstAt = terminal.now();
        resolve(signal);
      } else if (terminal.now() - firstAt > ECHO_MILLIS) {
        terminal.exit(1);
      }
    });
  });
}
