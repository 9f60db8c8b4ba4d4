/** The copy of a live tenant here, in which the impact of a plan for it is worked out. */
import { CommandFailed } from '../command-failed.js';
import type { GraphFlags } from '../commands/graph-flags.js';
import type { Composition, Terminal } from '../composition.js';
import { type Connection, connect } from '../graph/connect.js';

export interface ModelFlags {
  readonly model?: string;
}

/** @returns undefined where none is asked for. @throws CommandFailed where the tenant itself can tell */
export async function connectModel(
  flags: GraphFlags & ModelFlags,
  connection: Connection,
  composition: Composition,
  terminal: Terminal,
): Promise<Connection | undefined> {
  if (flags.model === undefined) return undefined;
  if (connection.muster) {
    await connection.close();
    throw new CommandFailed('--model goes with --graph and a live tenant: this Graph is a Muster, and tells the impact itself.');
  }
  const { data, config, quiet } = flags;
  const here: GraphFlags = {
    tenant: flags.model,
    ...(data === undefined ? {} : { data }),
    ...(config === undefined ? {} : { config }),
    ...(quiet === undefined ? {} : { quiet }),
  };
  try {
    return await connect(here, composition, terminal);
  } catch (error) {
    await connection.close();
    throw error;
  }
}
