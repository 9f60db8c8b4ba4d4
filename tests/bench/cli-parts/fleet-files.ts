/** A fleet of `muster generate`, cut into the files that are imported one after the other, and plans of its policies. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { MAIN } from './command.js';

export interface FleetFiles {
  /** People, the directory's devices, categories, groups and memberships. */
  readonly directory: string;
  readonly managedDevices: string;
  /** Filters, policies and their assignments. */
  readonly policies: string;
  /** The name of some device. */
  readonly device: string;
  readonly assignments: number;
  /** Names every policy and all its assignments, each as it is. */
  readonly planSame: string;
  /** The same, but one policy in fifty loses its first assignment. */
  readonly planSome: string;
  /** The same, but every policy does. */
  readonly planAll: string;
}

/** One policy in so many changes. */
const SOME = 50;

interface Target {
  readonly '@odata.type': string;
  readonly groupId?: string;
  readonly deviceAndAppManagementAssignmentFilterId?: string;
  readonly deviceAndAppManagementAssignmentFilterType?: string;
}

interface Line {
  readonly '@odata.type'?: string;
  readonly id: string;
  readonly displayName: string;
  readonly deviceName?: string;
  readonly assignments?: readonly { readonly intent: string; readonly target: Target }[];
}

export async function layFleet(folder: string, devices: number, policies: number, groups: number): Promise<FleetFiles> {
  const files = {
    directory: join(folder, 'directory.ndjson'),
    managedDevices: join(folder, 'devices.ndjson'),
    policies: join(folder, 'policies.ndjson'),
  };
  const streams = {
    directory: createWriteStream(files.directory),
    managedDevices: createWriteStream(files.managedDevices),
    policies: createWriteStream(files.policies),
  };
  const wanted = ['--devices', devices, '--policies', policies, '--groups', groups, '--filters', 200].map(String);
  const child = spawn(process.execPath, [MAIN, 'generate', ...wanted, '--out', '-', '--quiet'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const names = new Map<string, string>();
  const made: Line[] = [];
  let device = '';
  for await (const text of createInterface({ input: child.stdout })) {
    const type = /^\{"@odata\.type":"#microsoft\.graph\.(\w+)"/.exec(text)?.[1] ?? '';
    const stream =
      type === 'managedDevice' ? streams.managedDevices : /Configuration$|Filter$/.test(type) ? streams.policies : streams.directory;
    if (!stream.write(`${text}\n`)) await once(stream, 'drain');
    if (type === 'managedDevice' && device === '') device = (JSON.parse(text) as Line).deviceName ?? '';
    if (type !== 'group' && stream !== streams.policies) continue;
    const line = JSON.parse(text) as Line;
    names.set(line.id, line.displayName);
    if (line.assignments !== undefined) made.push(line);
  }
  await Promise.all(Object.values(streams).map(finish));
  const [code] = (await ended) as [number];
  if (code !== 0) throw new Error(`muster generate ended with ${code}`);
  const plan = (name: string, loses: (index: number) => boolean) => {
    const path = join(folder, name);
    writeFileSync(path, planText(made, names, loses));
    return path;
  };
  return {
    ...files,
    device,
    assignments: made.reduce((sum, { assignments = [] }) => sum + assignments.length, 0),
    planSame: plan('same.yaml', () => false),
    planSome: plan('some.yaml', (index) => index % SOME === 0),
    planAll: plan('all.yaml', () => true),
  };
}

async function finish(stream: WriteStream): Promise<void> {
  stream.end();
  await once(stream, 'finish');
}

function planText(made: readonly Line[], names: ReadonlyMap<string, string>, loses: (index: number) => boolean): string {
  const lines = ['policies:'];
  for (const [index, { displayName, assignments = [] }] of made.entries()) {
    const kept = loses(index) ? assignments.slice(1) : assignments;
    lines.push(`  - policy: ${displayName}`, kept.length === 0 ? '    assignments: []' : '    assignments:');
    for (const { intent, target } of kept) {
      const filter = target.deviceAndAppManagementAssignmentFilterId;
      lines.push(`      - ${targetText(target, names)}`);
      if (filter !== undefined) {
        lines.push(`        filter: ${names.get(filter)}`, `        filterMode: ${target.deviceAndAppManagementAssignmentFilterType}`);
      }
      if (intent === 'remove') lines.push('        intent: remove');
    }
  }
  return `${lines.join('\n')}\n`;
}

function targetText({ '@odata.type': type, groupId = '' }: Target, names: ReadonlyMap<string, string>): string {
  switch (type) {
    case '#microsoft.graph.allDevicesAssignmentTarget':
      return 'allDevices: true';
    case '#microsoft.graph.allLicensedUsersAssignmentTarget':
      return 'allUsers: true';
    case '#microsoft.graph.exclusionGroupAssignmentTarget':
      return `excludeGroup: ${names.get(groupId)}`;
    default:
      return `group: ${names.get(groupId)}`;
  }
}
