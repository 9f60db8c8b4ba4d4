/** The whole server on SQLite, killed without warning while clients write: what it acknowledged is there when it comes back. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadSqlite } from '../../src/storage/sqlite/connection.js';
import { type MusterProgram, musterProgram, type Ready, type RunningProgram, readyLine, run } from '../wire/program.js';
import { acknowledgedCount, caller, changeForever, differences, emptyLedger } from './load.js';

const ROUNDS = 6;
const CONNECTIONS = 8;

let muster: MusterProgram;
let directory: string;

beforeAll(() => {
  muster = musterProgram();
});
afterAll(() => muster?.dispose());

async function inDirectory(work: () => Promise<void>): Promise<void> {
  directory = mkdtempSync(join(tmpdir(), 'muster-crash-'));
  try {
    await work();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function begin(tenants: string): RunningProgram {
  return run(muster, directory, ['serve', '--json', '--http', '127.0.0.1:0', '--https', 'off', '--tenants', tenants]);
}

async function serve(tenants = 'empty'): Promise<{ program: RunningProgram; ready: Ready }> {
  const program = begin(tenants);
  return { program, ready: await readyLine(program) };
}

async function tokenOf({ http, tenants, client }: Ready): Promise<string> {
  const form = {
    grant_type: 'client_credentials',
    client_id: client.id,
    client_secret: client.secret,
    scope: 'https://graph.microsoft.com/.default',
  };
  const answer = await fetch(`${http}/${tenants[0]?.id}/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams(form) });
  return ((await answer.json()) as { access_token: string }).access_token;
}

async function integrity(): Promise<unknown> {
  const database = (await loadSqlite())(join(directory, '.muster', 'muster.db'), { readOnly: false });
  try {
    return database.prepare('PRAGMA integrity_check').all();
  } finally {
    database.close();
  }
}

/** Numbers in [0, 1), the same on every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

it(`loses nothing that it acknowledged, killed ${ROUNDS} times under load`, { timeout: 180_000 }, () =>
  inDirectory(async () => {
    const random = seeded(20260301);
    const ledger = emptyLedger();
    let token: string | undefined;
    for (let round = 0; round <= ROUNDS; round += 1) {
      const { program, ready } = await serve();
      try {
        // The first token outlives every restart: the keys do too.
        token ??= await tokenOf(ready);
        const call = caller(ready.http ?? '', token);
        expect(await differences(call, ledger)).toEqual([]);
        if (round === ROUNDS) break;
        const before = acknowledgedCount(ledger);
        const clients = Array.from({ length: CONNECTIONS }, () => changeForever(call, ledger));
        // The moment of death is what the test varies.
        await Promise.race([after(50 + random() * 500), Promise.all(clients)]);
        program.signal('SIGKILL');
        await Promise.all(clients);
        expect(acknowledgedCount(ledger)).toBeGreaterThanOrEqual(before);
      } finally {
        program.signal('SIGKILL');
        await program.finished;
      }
      expect(await integrity()).toEqual([{ integrity_check: 'ok' }]);
    }
    expect(acknowledgedCount(ledger)).toBeGreaterThan(ROUNDS * CONNECTIONS);
  }),
);

it('makes good a first start that was cut off while it filled the demo tenant', { timeout: 120_000 }, () =>
  inDirectory(async () => {
    const random = seeded(20260302);
    for (let round = 0; round < 3; round += 1) {
      const program = begin('demo');
      await after(200 + random() * 800);
      program.signal('SIGKILL');
      await program.finished;
    }
    const { program, ready } = await serve('demo');
    try {
      const call = caller(ready.http ?? '', await tokenOf(ready));
      const sets = { 'deviceManagement/managedDevices': 2000, 'deviceManagement/deviceConfigurations': 40, users: 800, groups: 60 };
      for (const [set, least] of Object.entries(sets)) {
        const { body } = await call('GET', `/beta/${set}?$count=true&$top=1`);
        expect([set, body['@odata.count']]).toEqual([set, expect.any(Number)]);
        expect(body['@odata.count']).toBeGreaterThanOrEqual(least);
      }
    } finally {
      program.signal('SIGKILL');
      await program.finished;
    }
    expect(await integrity()).toEqual([{ integrity_check: 'ok' }]);
  }),
);

it.skipIf(process.platform === 'win32')('answers what is in flight when it is asked to end, and ends well', { timeout: 120_000 }, () =>
  inDirectory(async () => {
    const { program, ready } = await serve();
    const token = await tokenOf(ready);
    const origin = ready.http ?? '';
    const call = caller(origin, token);
    const ledger = emptyLedger();
    const path = '/beta/deviceManagement/deviceConfigurations';
    const begun = await Promise.all(
      Array.from({ length: CONNECTIONS }, async (_, number) => {
        const body = { '@odata.type': '#microsoft.graph.androidCustomConfiguration', displayName: `In flight ${number}` };
        return beginRequest(origin, path, token, JSON.stringify(body));
      }),
    );
    const clients = Array.from({ length: CONNECTIONS }, () => changeForever(call, ledger));
    while (acknowledgedCount(ledger) < 3 * CONNECTIONS) await after(1);

    program.signal('SIGTERM');
    while (await accepts(origin)) await after(1);
    const answers = await Promise.all(begun.map((request) => request.finish()));
    expect(answers.map((answer) => answer.slice(0, 12))).toEqual(answers.map(() => 'HTTP/1.1 201'));
    await Promise.all(clients);
    const { code, signal, stderr } = await program.finished;
    expect([code, signal, stderr]).toEqual([0, null, '']);

    const again = await serve();
    try {
      const back = caller(again.ready.http ?? '', token);
      expect(await differences(back, ledger)).toEqual([]);
      const named = await back('GET', `${path}?$filter=startswith(displayName,'In%20flight')&$count=true&$top=1`);
      expect(named.body['@odata.count']).toBe(CONNECTIONS);
    } finally {
      again.program.signal('SIGKILL');
      await again.program.finished;
    }
  }),
);

/** A POST whose head the server has seen and answered with 100 Continue, while its body is still to come. */
function beginRequest(origin: string, path: string, token: string, body: string): Promise<{ finish(): Promise<string> }> {
  return new Promise((begun, fail) => {
    const { hostname, port, host } = new URL(origin);
    const lines = [
      `POST ${path} HTTP/1.1`,
      `Host: ${host}`,
      `Authorization: Bearer ${token}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Expect: 100-continue',
    ];
    const socket = connect(Number(port), hostname, () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    let text = '';
    let closed = false;
    const ended = new Promise<void>((done) => {
      socket.on('close', () => {
        closed = true;
        done();
      });
    });
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (!text.startsWith('HTTP/1.1 100 Continue\r\n\r\n')) return;
      text = text.slice('HTTP/1.1 100 Continue\r\n\r\n'.length);
      begun({
        async finish() {
          if (!closed) socket.write(body);
          await ended;
          return text;
        },
      });
    });
    socket.on('error', fail);
  });
}

function accepts(origin: string): Promise<boolean> {
  return new Promise((done) => {
    const { hostname, port } = new URL(origin);
    const socket = connect(Number(port), hostname, () => {
      socket.destroy();
      done(true);
    });
    socket.on('error', () => done(false));
  });
}
