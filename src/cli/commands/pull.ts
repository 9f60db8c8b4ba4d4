import type { Command } from 'commander';
import type { Composition, Terminal } from '../composition.js';
import type { DestinationFlags } from '../pull/destination.js';
import type { SignInFlags } from '../sign-in/choose.js';
import { addExamples } from './examples.js';
import { addSharedFlags } from './settings.js';

export interface PullFlags extends SignInFlags, DestinationFlags {
  readonly graph?: string;
  readonly only?: string;
  readonly work?: string;
  readonly fresh?: boolean;
  readonly keep?: boolean;
  readonly keepGoing?: boolean;
  readonly strict?: boolean;
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export function pullCommand(command: Command, composition: Composition, terminal: Terminal, settle: (code: number) => void): void {
  addExamples(command, [
    [
      'muster pull --client-id ID --directory contoso.com --tenant contoso',
      'sign in with a browser, and bring the tenant here; run again, it goes on where it was cut off',
    ],
    [
      'MUSTER_CLIENT_SECRET=… muster pull --client-id ID --directory contoso.com --only filters,groups,configurations --out contoso.ndjson',
      'in the name of an application, some parts, into a file for muster import',
    ],
  ]);
  command
    .option('--graph <address>', 'the Graph to read: a cloud of the service, or another Muster (default: https://graph.microsoft.com)')
    .option('--token <token>', 'access token of it (default: MUSTER_TOKEN)')
    .option('--client-id <id>', 'sign in with this application: a person with a browser, or the application itself when there is a secret')
    .option('--client-secret-file <file>', 'its secret, or MUSTER_CLIENT_SECRET; never on the command line')
    .option('--directory <tenant>', 'tenant to sign in to, by id or domain')
    .option('--authority <address>', 'where to sign in (default: that of the cloud; of a Muster, itself)')
    .option(
      '--only <parts>',
      'some of scopeTags, categories, users, devices, groups, memberships, filters, managedDevices, configurations, policySets, kept',
    )
    .option(
      '--tenant <name-or-id>',
      'into this tenant of the data directory, or of the server that runs on it; made when it does not exist and no server runs',
    )
    .option('--url <address>', 'into the tenant of this running Muster')
    .option('--url-token <token>', 'access token for --url (default: MUSTER_URL_TOKEN, else one of the data directory for --tenant)')
    .option('--out <file>', 'into a file, and no further')
    .option('--work <directory>', 'where what was read is kept until all is done (default: .muster-pull-HOST-TENANT)')
    .option('--fresh', 'begin anew, whatever an earlier pull has left there')
    .option('--keep', 'keep the work directory at the end')
    .option('--keep-going', 'leave out lines that cannot be imported, and report them at the end')
    .option('--strict', 'refuse what this Muster does not know, instead of leaving it out and saying so')
    .option('--json', 'print the summary as one line of JSON on standard output')
    .option('--quiet', 'no progress and no notes on the way');
  addSharedFlags(command).action(async (flags: PullFlags) => {
    const { pull } = await import('../pull/run.js');
    settle(await pull(flags, composition, terminal));
  });
}
