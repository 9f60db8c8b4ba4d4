import type { Command } from 'commander';
import type { Composition, KnownTenant, Terminal } from '../composition.js';
import type { Column } from '../render/table.js';
import { addExamples } from './examples.js';
import { addFormFlags, type FormFlags, formOf, printRows } from './form.js';
import { addSharedFlags, settings } from './settings.js';

type Flags = Readonly<Record<string, unknown>>;

const columns: readonly Column<Listed>[] = [
  { title: 'Name', value: (row) => row.name },
  { title: 'Id', value: (row) => row.id },
  { title: 'Domain', value: (row) => row.domain },
  { title: 'Created', value: (row) => row.createdAt },
  { title: 'State', value: (row) => row.state },
];

interface Listed extends Omit<KnownTenant, 'incomplete'> {
  readonly state: string;
}

export function tenantsCommand(command: Command, composition: Composition, terminal: Terminal, settle: (code: number) => void): void {
  addExamples(command, [
    ['muster tenants list', 'the tenants of the data directory, and whether a server serves them'],
    ['muster tenants create acme --domain acme.example', 'a tenant of your own; muster serve serves it from its next start on'],
    ['muster tenants reset demo --yes', 'the demo tenant as it was on the first day, without a question'],
  ]);
  command.helpOption('--help', 'show this help');

  const list = command.command('list').description('List the tenants of the data directory.');
  addExamples(list, [
    ['muster tenants list', 'a table'],
    ['muster tenants list --json --data ./state', 'for a program, of another data directory'],
  ]);
  addFormFlags(addSharedFlags(list)).action(async (flags: Flags & FormFlags) => {
    const form = formOf(flags);
    const rows = await listed(await settings(dataOf(flags), terminal), composition);
    if (rows.length === 0 && form === 'table')
      terminal.out('No tenants yet: muster serve makes demo and docs, muster tenants create NAME one of your own.\n');
    else await printRows(form, columns, rows, terminal);
  });

  const create = command.command('create').description('Create a tenant with nothing in it but its administrator.');
  addExamples(create, [
    ['muster tenants create acme', 'its domain is acme.example'],
    ["muster tenants create acme --domain acme.example --display-name 'Acme Ltd.'", 'with a domain and a name of its own'],
  ]);
  addSharedFlags(create)
    .argument('<name>', 'what commands call it: a-z, 0-9 and -')
    .option('--domain <domain>', 'its first domain (default: NAME.example)')
    .option('--display-name <text>', 'name of the organization (default: NAME)')
    .action(async (name: string, flags: Flags & { domain?: string; displayName?: string }) => {
      const { domain, displayName } = flags;
      const made = await changing(flags, (tenants) => tenants.create(name, { domain, displayName }));
      terminal.out(`Created ${made.name}  ${made.id}  ${made.domain}\nmuster serve serves it from its next start on.\n`);
    });

  const reset = command.command('reset').description('Take everything out of a tenant, and give it what it began with.');
  addExamples(reset, [
    ['muster tenants reset demo', 'asks first'],
    ['muster tenants reset acme --yes', 'does not ask; acme is empty then'],
  ]);
  addSharedFlags(reset)
    .argument('<tenant>', 'name or id')
    .option('--yes', 'do not ask')
    .action(async (tenant: string, flags: Flags & { yes?: boolean }) => {
      if (!(await agreed(`Take everything out of the tenant ${tenant}?`, flags, terminal))) return settle(1);
      const done = await changing(flags, (tenants) => tenants.reset(tenant));
      terminal.out(`Reset ${done.name}  ${done.id}\n`);
    });

  const remove = command.command('delete').description('Delete a tenant and all that is in it.');
  addExamples(remove, [
    ['muster tenants delete acme', 'asks first'],
    ['muster tenants delete acme --yes --data ./state', 'does not ask'],
  ]);
  addSharedFlags(remove)
    .argument('<tenant>', 'name or id')
    .option('--yes', 'do not ask')
    .action(async (tenant: string, flags: Flags & { yes?: boolean }) => {
      if (!(await agreed(`Delete the tenant ${tenant} and all that is in it?`, flags, terminal))) return settle(1);
      const done = await changing(flags, (tenants) => tenants.delete(tenant));
      terminal.out(`Deleted ${done.name}  ${done.id}\n`);
    });

  async function changing<T>(flags: Flags, work: (tenants: Awaited<ReturnType<Composition['openTenants']>>) => Promise<T>): Promise<T> {
    const config = await settings(dataOf(flags), terminal);
    const tenants = await composition.openTenants(config);
    // What has been begun is finished: a tenant that is half there is of no use.
    terminal.onSignal(() => undefined);
    try {
      return await work(tenants);
    } finally {
      await tenants.close();
    }
  }
}

const dataOf = ({ data, config }: Flags) => ({ data, config });

async function listed(config: Awaited<ReturnType<typeof settings>>, composition: Composition): Promise<readonly Listed[]> {
  const stored = await composition.listTenants(config);
  const { alive } = await import('../graph/alive.js');
  const record = await composition.runningServer(config);
  const served = record !== undefined && alive(record) ? record : undefined;
  const rows = stored.map(({ incomplete, ...tenant }) => {
    const state = incomplete ? 'incomplete: reset it' : served?.tenants.some(({ id }) => id === tenant.id) === true ? 'served' : '';
    return { ...tenant, state };
  });
  if (served?.memory !== true) return rows;
  return [
    ...rows.map((row) => ({ ...row, state: row.state === 'served' ? '' : row.state })),
    ...served.tenants.map(({ name, id }) => ({ name, id, domain: undefined, createdAt: undefined, state: 'served, in memory' })),
  ];
}

async function agreed(question: string, { yes }: { readonly yes?: boolean }, terminal: Terminal): Promise<boolean> {
  if (yes === true) return true;
  const answer = await terminal.confirm(question);
  if (answer === undefined) {
    const { CommandFailed } = await import('../command-failed.js');
    throw new CommandFailed('Nobody is there to be asked: say --yes.', 2);
  }
  if (!answer) terminal.error('muster: Nothing was changed.\n');
  return answer;
}
