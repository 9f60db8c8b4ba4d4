import type { Command } from 'commander';
import { addSharedFlags } from './settings.js';

export interface GraphFlags {
  readonly tenant?: string;
  readonly url?: string;
  readonly graph?: string;
  readonly token?: string;
  readonly data?: string;
  readonly config?: string;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
}

/** Flags of every command that asks a Graph: which one, which tenant, with which token. */
export function addGraphFlags(command: Command): Command {
  return addSharedFlags(
    command
      .option('--tenant <name-or-id>', 'the tenant (default: the only one there is)')
      .option('--url <address>', 'the Muster to ask (default: the one that runs on the data directory)')
      .option('--graph <address>', 'ask a live tenant instead, such as https://graph.microsoft.com; needs a token')
      .option('--token <token>', 'access token (default: MUSTER_TOKEN, else one of the embedded issuer of the data directory)')
      .option('--quiet', 'no progress and no notes')
      .option('--verbose', 'more of everything'),
  );
}
