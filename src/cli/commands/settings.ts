import type { Command } from 'commander';
import type { Config } from '../../config.js';
import type { Terminal } from '../composition.js';

/** Flags that every command shares: where the state is, and the file that says so. */
export function addSharedFlags(command: Command): Command {
  return command
    .option('--data <directory>', 'data directory (default: ./.muster)')
    .option('--config <file>', 'settings as JSON or YAML (default: muster.json or muster.yaml, when there is one)');
}

/** @throws ConfigError */
export async function settings(flags: Readonly<Record<string, unknown>>, terminal: Terminal): Promise<Config> {
  // Loaded here, not at the top, so that `--help` is quick.
  const { loadConfig } = await import('../../config.js');
  const { environment, workingDirectory } = terminal;
  const { config, warnings } = await loadConfig({ flags, environment, workingDirectory });
  for (const warning of warnings) terminal.error(`muster: ${warning}\n`);
  return config;
}
