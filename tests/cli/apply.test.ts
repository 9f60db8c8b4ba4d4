/** muster apply: asks first, writes one by one, stops, goes on, and takes back. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Running } from '../../src/cli/composition.js';
import { type Console, caller, openConsole, type Setting } from './console.js';
import { isWrite, openProxy, type TroubledWay } from './proxy.js';

const G = '#microsoft.graph.';
const DC = '/deviceManagement/deviceConfigurations';

let muster: Console;
let server: Running;
let call: ReturnType<typeof caller>;
let proxy: TroubledWay;
const groups: string[] = [];
const filters: string[] = [];
const policies: string[] = [];

beforeAll(async () => {
  muster = openConsole();
  server = await muster.serve();
  call = caller(server);
  proxy = await openProxy(server.http ?? '');
  groups.push(...(await call('GET', '/groups?$top=8&$select=id')).value.map(({ id }: { id: string }) => id));
  const found = await call('GET', "/deviceManagement/assignmentFilters?$filter=platform eq 'windows10AndLater'&$select=id");
  filters.push(...found.value.slice(0, 2).map(({ id }: { id: string }) => id));
  for (const displayName of ['One', 'Two', 'Three'])
    policies.push((await call('POST', DC, { '@odata.type': `${G}windows10GeneralConfiguration`, displayName })).id);
});
afterAll(async () => {
  await proxy.close();
  await muster.dispose();
});
beforeEach(async () => {
  for (const id of policies) await lay(id, [{ group: 0 }, { group: 1 }, { group: 2 }]);
});
afterEach(() => {
  proxy.decide(() => 'pass');
  for (const name of readdirSync(muster.directory)) if (/^muster-undo|\.yaml/.test(name)) rmSync(join(muster.directory, name));
});

interface Laid {
  readonly group?: number;
  readonly excluded?: boolean;
  readonly everyDevice?: boolean;
  readonly filter?: number;
  readonly excludes?: boolean;
  readonly intent?: string;
}

const lay = async (policy: string, laid: readonly Laid[]) =>
  await call('POST', `${DC}/${policy}/assign`, {
    assignments: laid.map(({ group, excluded, filter, excludes, intent = 'apply' }) => ({
      intent,
      target: {
        '@odata.type': `${G}${group === undefined ? 'allDevices' : excluded === true ? 'exclusionGroup' : 'group'}AssignmentTarget`,
        ...(group === undefined ? {} : { groupId: groups[group] }),
        ...(filter === undefined
          ? {}
          : {
              deviceAndAppManagementAssignmentFilterId: filters[filter],
              deviceAndAppManagementAssignmentFilterType: excludes === true ? 'exclude' : 'include',
            }),
      },
    })),
  });

/** What a tenant has, as it says it. */
const state = async () => {
  const all: Record<string, unknown> = {};
  for (const id of policies) {
    const { value } = await call('GET', `${DC}/${id}/assignments`);
    all[id] = value.map(({ id: _id, ...rest }: { id: string }) => JSON.stringify(rest)).sort();
  }
  return all;
};

const text = (wanted: Readonly<Record<string, readonly string[]>>) =>
  `policies:\n${Object.entries(wanted)
    .map(
      ([policy, lines]) =>
        `  - policy: ${policy}\n    assignments:${lines.length === 0 ? ' []' : ''}\n${lines.map((line) => `      - ${line}\n`).join('')}`,
    )
    .join('')}`;

const CHANGE = () =>
  text({
    One: [`group: ${groups[0]}`, `excludeGroup: ${groups[1]}`, `group: ${groups[3]}`],
    Two: ['allDevices: true'],
    Three: [],
  });

const apply = async (flags: string, setting: Setting = {}, file = CHANGE()) => {
  writeFileSync(join(muster.directory, 'plan.yaml'), file);
  const run = await muster.run(`apply plan.yaml --tenant demo ${flags}`, setting);
  expect(run.error).not.toMatch(/\n\s+at |undefined|\[object|NaN/);
  return run;
};
const undoFiles = () => readdirSync(muster.directory).filter((name) => /^muster-undo-.*\.yaml$/.test(name));
const journals = () => readdirSync(muster.directory).filter((name) => name.endsWith('.journal'));

describe('apply', () => {
  it('shows the plan, asks, changes, and says how to take it back', async () => {
    const before = await state();
    const { code, out, error, asked } = await apply('', { answer: true });
    expect([code, error]).toEqual([0, '']);
    expect(asked).toEqual([`Change 3 policies of demo at ${server.http}?`]);
    expect(out).toContain('3 policies change: 2 assignments to create, 1 to change, 7 to delete.');
    const [undo = ''] = undoFiles();
    expect(out).toContain(`Done: 10 writes were made. Take them back: muster apply ${undo} --tenant demo\n`);
    expect(journals()).toEqual([]);
    expect(await state()).not.toEqual(before);
    expect(await muster.run('plan plan.yaml --tenant demo')).toMatchObject({
      code: 0,
      out: expect.stringContaining('3 policies are as plan.yaml says'),
    });
    expect(await muster.run(`apply ${undo} --tenant demo --yes`)).toMatchObject({ code: 0 });
    expect(await state()).toEqual(before);
  });

  it.each<[string, string, Setting, number, string, readonly string[]]>([
    ['no', '', { answer: false }, 1, 'muster: Nothing was changed.\n', []],
    ['nobody', '', {}, 1, 'muster: Nobody is there to be asked: say --yes. Nothing was changed.\n', []],
    ['a limit', '--yes --max-affected 0', {}, 3, 'muster: The plan goes over its limits. Nothing was changed.\n', ['STOP: ']],
    ['a limit, before asking', '--max-lost 0', { answer: true }, 3, 'Nothing was changed.', ['STOP: ']],
  ])('%s: nothing is written', async (_name, flags, setting, expected, message, fragments) => {
    const before = await state();
    const { code, out, error } = await apply(flags, setting);
    expect([code, error]).toEqual([expected, expect.stringContaining(message)]);
    for (const fragment of fragments) expect(out).toContain(fragment);
    expect(await state()).toEqual(before);
    expect([undoFiles(), journals()]).toEqual([[], []]);
  });

  it('the disaster of the README stops at the guard', async () => {
    const disaster = text({ 'Windows printers': ['group: Pilot users'] });
    const { code, out, error, asked } = await apply('--yes --max-lost 50', {}, disaster);
    expect({ code, asked }).toEqual({ code: 3, asked: [] });
    expect(out).toContain('STOP: 968 devices would lose a policy; --max-lost allows 50.');
    expect(error).toBe('muster: The plan goes over its limits. Nothing was changed.\n');
    const [printers] = (await call('GET', `${DC}?$filter=displayName eq 'Windows printers'&$expand=assignments`)).value;
    expect(printers.assignments).toHaveLength(100);
  });

  it('a tenant that changes while the question stands is not written to', async () => {
    const answer = async () => {
      await lay(policies[1] ?? '', [{ group: 4 }]);
      return true;
    };
    const { code, error } = await apply('', { answer });
    expect([code, error]).toEqual([1, expect.stringContaining('The tenant has changed since it was read')]);
    expect(undoFiles()).toEqual([]);
  });

  it('of what is there already says so, and asks nothing', async () => {
    const { code, out, asked } = await apply('', {}, text({ One: [0, 1, 2].map((n) => `group: ${groups[n]}`) }));
    expect([code, asked, undoFiles()]).toEqual([0, [], []]);
    expect(out).toContain('Nothing to change: 1 policy is as plan.yaml says.');
  });

  it('of what the tenant would refuse writes nothing', async () => {
    const [iphones] = (await call('GET', "/deviceManagement/assignmentFilters?$filter=displayName eq 'iPhones'")).value;
    const { code, out, error } = await apply('--yes', {}, text({ One: [], Two: [`allDevices: true\n        filter: ${iphones.id}`] }));
    expect([code, error]).toEqual([1, 'muster: The tenant would refuse a part: nothing was changed. muster plan says which.\n']);
    expect(out).toContain('the tenant would refuse it: 400: ');
    expect(undoFiles()).toEqual([]);
  });

  it('--json is one line', async () => {
    const { code, out } = await apply('--yes --json');
    expect([code, out.trimEnd().split('\n').length]).toEqual([0, 1]);
    expect(JSON.parse(out)).toEqual({ complete: true, written: 10, of: 10, undo: join(muster.directory, undoFiles()[0] ?? '') });
    expect(JSON.parse((await apply('--yes --json')).out)).toEqual({ complete: true, written: 0, undo: null });
  });

  it('--undo names the file, which must not be there', async () => {
    writeFileSync(join(muster.directory, 'mine.yaml'), 'mine');
    expect(await apply('--yes --undo mine.yaml')).toMatchObject({
      code: 1,
      error: expect.stringContaining('mine.yaml is there already, of another apply'),
    });
    expect(readFileSync(join(muster.directory, 'mine.yaml'), 'utf8')).toBe('mine');
    expect(await apply('--yes --undo absent/mine.yaml')).toMatchObject({
      code: 1,
      error: expect.stringMatching(/^muster: The undo file .* cannot be written \(ENOENT\)\. Nothing was changed\.\n$/),
    });
    expect((await apply('--yes --undo undo.yaml')).out).toContain('Take them back: muster apply undo.yaml --tenant demo');
  });
});

describe('an apply that is cut', () => {
  const through = `--yes --url`;

  it.each<[string, 'cutBefore' | 'cutAfter', number]>([
    ['before its first write is sent', 'cutBefore', 1],
    ['before its fifth', 'cutBefore', 5],
    ['after its first was carried out, before it was answered', 'cutAfter', 1],
    ['after its fifth', 'cutAfter', 5],
    ['after its last', 'cutAfter', 10],
  ])('%s, goes on without loss or repetition', async (_name, fate, nth) => {
    const before = await state();
    let writes = 0;
    proxy.decide((method, url) => {
      if (!isWrite(method, url)) return 'pass';
      writes += 1;
      return writes === nth ? fate : 'pass';
    });
    const cut = await apply(`${through} ${proxy.url}`);
    expect([cut.code, writes]).toEqual([1, nth]);
    expect(cut.error).toContain('Whether the last write was carried out is not known.');
    expect(cut.error).toContain('Run the same command again when it is mended: it goes on from there.');
    expect(cut.out).toContain(`Not done: ${nth - 1} of 10 writes were made.`);
    expect([undoFiles().length, journals().length]).toEqual([1, 1]);
    const undo = undoFiles()[0] ?? '';

    proxy.decide(() => 'pass');
    const sent = proxy.seen.length;
    const again = await apply(`${through} ${proxy.url}`);
    expect(again.code).toBe(0);
    expect(again.error).toContain(
      `${nth - 1 === 1 ? '1 write was' : `${nth - 1} writes were`} made, of 1 it is not known and is seen now. This one goes on with it;`,
    );
    const made = proxy.seen.slice(sent).filter((line) => isWrite(...(line.split(' ') as [string, string])));
    expect(made).toHaveLength(10 - (nth - 1) - (fate === 'cutAfter' ? 1 : 0));
    expect([undoFiles(), journals()]).toEqual([[undo], []]);
    expect((await muster.run('plan plan.yaml --tenant demo')).code).toBe(0);

    expect((await muster.run(`apply ${undo} --tenant demo --yes`)).code).toBe(0);
    expect(await state()).toEqual(before);
  });

  it('by a refusal stops there, and goes on when it is mended', async () => {
    let writes = 0;
    proxy.decide((method, url) => {
      if (!isWrite(method, url)) return 'pass';
      writes += 1;
      return writes === 3 ? { status: 403, body: '{"error":{"code":"Forbidden","message":"not now"}}' } : 'pass';
    });
    const { code, out, error } = await apply(`${through} ${proxy.url}`);
    expect([code, writes]).toEqual([1, 3]);
    expect(error).toContain('is answered with 403: not now.');
    expect(out).toContain('Not done: 2 of 10 writes were made.');
    proxy.decide(() => 'pass');
    expect((await apply(`${through} ${proxy.url}`)).code).toBe(0);
  });

  it('by throttling waits as long as it is told', async () => {
    let refused = 0;
    proxy.decide((method, url) => {
      if (!isWrite(method, url) || refused === 2) return 'pass';
      refused += 1;
      return { status: 429, headers: { 'retry-after': '0' } };
    });
    const { code, error } = await apply(`${through} ${proxy.url}`);
    expect([code, refused]).toEqual([0, 2]);
    expect(error).toContain('asks for a pause (429): waiting 0.0 s');
  });

  it('by a signal finishes the policy in hand and no other', async () => {
    let send: (signal: string) => void = () => undefined;
    let writes = 0;
    proxy.decide((method, url) => {
      if (isWrite(method, url)) {
        writes += 1;
        if (writes === 2) send('SIGINT');
      }
      return 'pass';
    });
    const onSignal = (listener: (signal: string) => void) => {
      send = listener;
    };
    const { code, out, error } = await apply(`${through} ${proxy.url}`, { onSignal });
    expect([code, writes]).toEqual([1, 3]);
    expect(error).toContain('Ends when what is in hand is done. Once more: at once.');
    expect(error).toContain('Stopped by a signal.');
    expect(out).toContain('Not done: 3 of 10 writes were made.');
    const { out: rest } = await muster.run('plan plan.yaml --tenant demo');
    expect(rest).toContain('2 policies change: 1 assignment to create, 6 to delete. 1 policy is as plan.yaml says.');
    proxy.decide(() => 'pass');
    expect((await apply(`${through} ${proxy.url}`)).code).toBe(0);
  });

  it('another plan does not go on with it, and the same one on another tenant does not either', async () => {
    let writes = 0;
    proxy.decide((method, url) => (isWrite(method, url) && ++writes === 2 ? 'cutBefore' : 'pass'));
    await apply(`${through} ${proxy.url}`);
    proxy.decide(() => 'pass');
    const other = await apply('--yes', {}, text({ One: [] }));
    expect([other.code, other.error]).toEqual([0, '']);
    expect(journals()).toHaveLength(1);
  });
});

describe('through a Graph that is no Muster', () => {
  const live = (_method: string, url: string) =>
    /\/muster\//.test(url) ? { status: 404, body: '{"error":{"code":"BadRequest","message":"no such thing"}}' } : ('pass' as const);
  const flags = async () => `--graph ${proxy.url} --token ${await tokenOf()}`;
  const tokenOf = async () => (await muster.run('token --tenant demo')).out.trim();

  it('the plan says that the impact is unknown, and the question does', async () => {
    proxy.decide(live);
    writeFileSync(join(muster.directory, 'plan.yaml'), CHANGE());
    const { code, out } = await muster.run(`plan plan.yaml ${await flags()}`);
    expect(code).toBe(2);
    expect(out).toContain('  impact unknown\n');
    expect(out).toContain('What that does to devices is not known: this Graph is no Muster');
    const { asked } = await muster.run(`apply plan.yaml ${await flags()}`, { answer: false });
    expect(asked[0]).toContain('What it does to devices is not known.');
  });

  it('a limit cannot be kept, and is refused', async () => {
    proxy.decide(live);
    writeFileSync(join(muster.directory, 'plan.yaml'), CHANGE());
    expect(await muster.run(`apply plan.yaml --yes --max-lost 5 ${await flags()}`)).toMatchObject({
      code: 1,
      out: '',
      error: expect.stringContaining("The limits of a guard are kept by Muster's preview"),
    });
  });

  it('a copy of the tenant here tells the impact, keeps the limit, and is not written to', async () => {
    proxy.decide(live);
    writeFileSync(join(muster.directory, 'plan.yaml'), CHANGE());
    const direct = await muster.run('plan plan.yaml --tenant demo');
    const { code, out } = await muster.run(`plan plan.yaml --model demo ${await flags()}`);
    expect(code).toBe(2);
    expect(out.split('\n').slice(1)).toEqual(direct.out.split('\n').slice(1));
    expect((await muster.run(`apply plan.yaml --yes --max-affected 0 --model demo ${await flags()}`)).code).toBe(3);
    expect((await muster.run(`plan plan.yaml --model demo --tenant demo`)).error).toContain('--model goes with --graph');
  });

  it('apply writes, and its undo restores', async () => {
    proxy.decide(live);
    const before = await state();
    writeFileSync(join(muster.directory, 'plan.yaml'), CHANGE());
    expect((await muster.run(`apply plan.yaml --yes ${await flags()}`)).code).toBe(0);
    expect(await state()).not.toEqual(before);
    expect((await muster.run(`apply ${undoFiles()[0]} --yes ${await flags()}`)).code).toBe(0);
    expect(await state()).toEqual(before);
  });
});

describe('undo', () => {
  const laid: fc.Arbitrary<Laid> = fc.record(
    {
      group: fc.nat(5),
      excluded: fc.boolean(),
      filter: fc.nat(1),
      excludes: fc.boolean(),
      intent: fc.constantFrom('apply', 'remove'),
    },
    { requiredKeys: [] },
  );
  const assignments = fc.uniqueArray(laid, { maxLength: 5, selector: ({ group }) => group ?? 'all' });

  const line = ({ group, excluded, filter, excludes, intent }: Laid) => {
    const lines = [group === undefined ? 'allDevices: true' : `${excluded === true ? 'excludeGroup' : 'group'}: ${groups[group]}`];
    if (filter !== undefined) lines.push(`filter: ${filters[filter]}`);
    if (filter !== undefined && excludes === true) lines.push('filterMode: exclude');
    if (intent === 'remove') lines.push('intent: remove');
    return lines.join('\n        ');
  };

  it('takes any change back exactly, and the plan holds in between', { timeout: 120_000 }, async () => {
    const three = fc.tuple(assignments, assignments, assignments);
    await fc.assert(
      fc.asyncProperty(three, three, async (first, second) => {
        for (const [index, id] of policies.entries()) await lay(id, first[index] ?? []);
        const before = await state();
        const wanted = Object.fromEntries(['One', 'Two', 'Three'].map((name, index) => [name, (second[index] ?? []).map(line)]));
        expect((await apply('--yes --undo undo.yaml', {}, text(wanted))).code).toBe(0);
        expect((await muster.run('plan plan.yaml --tenant demo')).code).toBe(0);
        if (!existsSync(join(muster.directory, 'undo.yaml'))) return expect(await state()).toEqual(before);
        expect((await muster.run('apply undo.yaml --yes --undo redo.yaml --tenant demo')).code).toBe(0);
        expect(await state()).toEqual(before);
        for (const name of ['undo.yaml', 'redo.yaml']) rmSync(join(muster.directory, name));
      }),
      { numRuns: 20 },
    );
  });
});
