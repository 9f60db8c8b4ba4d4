import type { Command } from 'commander';
import type { Composition, Terminal } from '../composition.js';
import { addExamples } from './examples.js';
import { addSharedFlags, settings } from './settings.js';

interface TokenFlags {
  readonly tenant: string;
  readonly roles?: string;
  readonly scopes?: string;
  readonly user?: string;
  readonly app?: string;
  readonly expires: string;
}

export function tokenCommand(command: Command, composition: Composition, terminal: Terminal): void {
  addExamples(command, [
    ['muster token --tenant demo', 'a token with every application permission of the area'],
    [
      'muster token --tenant demo --scopes DeviceManagementConfiguration.Read.All',
      'a token of the administrator of the tenant with one delegated permission',
    ],
  ]);
  command
    .requiredOption('--tenant <name-or-id>', 'the tenant: demo, docs, empty, unlicensed or a tenant id')
    .option('--roles <list>', 'application permissions, comma-separated (default: every one of the area)')
    .option('--scopes <list>', 'delegated permissions, comma-separated: a token of a signed-in user')
    .option('--user <upn>', 'the user of --scopes (default: the administrator of the tenant)')
    .option('--app <id>', 'client id (default: the demo client)')
    .option('--expires <duration>', 'lifetime: 30s, 15m, 1h, 2d; -1h makes one that has expired', '1h')
    .option('--cloud <name>', 'as given to serve: global, usgov-l4, usgov-l5 or china (default: global)')
    .option('--tenants <list>', 'as given to serve, where it binds tenants to ids: demo=GUID');
  addSharedFlags(command).action(async (flags: TokenFlags & Readonly<Record<string, unknown>>) => {
    const { ConfigError } = await import('../../config.js');
    const { parseDuration } = await import('../../config/words.js');
    const config = await settings(flags, terminal);
    const lifetimeMillis = parseDuration(flags.expires);
    if (lifetimeMillis === undefined) {
      throw new ConfigError(`--expires '${flags.expires}' is not a duration such as 30s, 15m, 1h, 2d or -1h.`);
    }
    if (flags.roles !== undefined && flags.scopes !== undefined) {
      throw new ConfigError('--roles makes a token of an application, --scopes one of a user: give one of them.');
    }
    if (flags.user !== undefined && flags.scopes === undefined) {
      throw new ConfigError('--user needs --scopes: say which delegated permissions the token carries.');
    }
    const { token, notes } = await composition.mintToken(config, {
      tenant: flags.tenant,
      roles: split(flags.roles),
      scopes: split(flags.scopes),
      user: flags.user,
      app: flags.app,
      lifetimeMillis,
    });
    for (const note of notes) terminal.error(`muster: ${note}\n`);
    terminal.out(`${token}\n`);
  });
}

function split(list: string | undefined): readonly string[] | undefined {
  return list?.split(/[\s,]+/).filter((item) => item !== '');
}
