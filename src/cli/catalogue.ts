/** Every command by name. What a command needs is loaded when it is the one that is asked for, so that help is quick. */
import type { Command } from 'commander';
import type { Composition, Terminal } from './composition.js';

/** @param catalogue every command, for those that speak of the others */
export type DefineCommand = (
  command: Command,
  composition: Composition,
  terminal: Terminal,
  settle: (code: number) => void,
  catalogue: readonly CatalogueEntry[],
) => void;

export interface CatalogueEntry {
  readonly name: string;
  readonly description: string;
  /** Exit code of a wrong command line. Default 2; where 2 says something else, 1. */
  readonly usage?: number;
  readonly load: () => Promise<DefineCommand>;
}

export const catalogue: readonly CatalogueEntry[] = [
  { name: 'serve', description: 'Start the server.', load: async () => (await import('./commands/serve.js')).serveCommand },
  {
    name: 'token',
    description: 'Print an access token of the embedded issuer. No server needs to run; give the --data of the server the token is for.',
    load: async () => (await import('./commands/token.js')).tokenCommand,
  },
  {
    name: 'ca',
    description: 'Print the path of the development CA certificate, which clients of the https listener must trust. Makes it when absent.',
    load: async () => (await import('./commands/ca.js')).caCommand,
  },
  {
    name: 'doctor',
    description: 'Check what Muster needs on this machine, and say how to mend what is not right.',
    load: async () => (await import('./commands/doctor.js')).doctorCommand,
  },
  {
    name: 'tenants',
    description: 'List, create, reset and delete the tenants of a data directory.',
    load: async () => (await import('./commands/tenants.js')).tenantsCommand,
  },
  {
    name: 'import',
    description:
      'Import exports of Graph, IntuneManagement, IntuneCD, IntuneBackupAndRestore and Microsoft365DSC, or NDJSON, an object a line.',
    load: async () => (await import('./commands/import.js')).importCommand,
  },
  {
    name: 'export',
    description: 'Export a tenant into a folder: Graph JSON, or the layout of IntuneManagement or IntuneCD.',
    load: async () => (await import('./commands/export.js')).exportCommand,
  },
  {
    name: 'pull',
    description: 'Read a live tenant, or one of another Muster, through Graph, and bring it here.',
    load: async () => (await import('./commands/pull.js')).pullCommand,
  },
  {
    name: 'generate',
    description: 'Make a fleet of any size, always the same for the same seed: as NDJSON, or straight into a tenant.',
    load: async () => (await import('./commands/generate.js')).generateCommand,
  },
  {
    name: 'explain',
    description: 'Say which configurations a device gets, or whether it gets one, and why.',
    load: async () => (await import('./commands/explain.js')).explainCommand,
  },
  {
    name: 'who',
    description: 'List the devices that a configuration reaches.',
    load: async () => (await import('./commands/who.js')).whoCommand,
  },
  {
    name: 'effective',
    description: 'List what a device, or each device of a user, gets.',
    load: async () => (await import('./commands/effective.js')).effectiveCommand,
  },
  {
    name: 'findings',
    description: 'List assignments that do not do what whoever laid them may think.',
    load: async () => (await import('./commands/findings.js')).findingsCommand,
  },
  {
    name: 'plan',
    description: 'Compare assignments that a file wants with a tenant, and say exactly what the change would do.',
    usage: 1,
    load: async () => (await import('./commands/plan.js')).planCommand,
  },
  {
    name: 'apply',
    description: 'Carry a plan out: preview, ask, then change assignment by assignment, with a file that undoes it.',
    usage: 1,
    load: async () => (await import('./commands/apply.js')).applyCommand,
  },
  {
    name: 'completion',
    description: 'Print a script that completes command lines of Muster in a shell.',
    load: async () => (await import('./commands/completion.js')).completionCommand,
  },
];
