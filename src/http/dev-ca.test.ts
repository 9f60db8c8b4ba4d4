import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { diskFiles, ephemeralFiles } from '../config/data-directory.js';
import { fixedClock, systemClock } from '../kernel/clock.js';
import { ensureDevelopmentCa, ensureServerIdentity } from './dev-ca.js';

const DAY = 86_400_000;
const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'muster-'));
  cleanUps.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Shakes hands with a server of this identity, trusting the CA alone; resolves with the error that node:tls finds, if any. */
async function handshake(identity: { cert: string; key: string }, ca: string, servername: string): Promise<string | undefined> {
  const server = createServer(identity, (socket) => socket.end());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  cleanUps.push(() => server.close());
  const { port } = server.address() as { port: number };
  return new Promise((done) => {
    const socket = connect({ host: '127.0.0.1', port, ca, servername: servername === '127.0.0.1' ? '' : servername, checkServerIdentity });
    socket.on('secureConnect', () => done(undefined));
    socket.on('error', (error: NodeJS.ErrnoException) => done(error.code));
    cleanUps.push(() => socket.destroy());
    function checkServerIdentity(_host: string, peer: { subjectaltname?: string }): Error | undefined {
      const wanted = servername === '127.0.0.1' ? 'IP Address:127.0.0.1' : `DNS:${servername}`;
      return peer.subjectaltname?.includes(wanted) ? undefined : Object.assign(new Error(), { code: 'NAME' });
    }
  });
}

describe('the development CA', () => {
  it.each(['localhost', '127.0.0.1', 'muster.test'])('makes a chain that node:tls accepts for %s', async (name) => {
    const files = ephemeralFiles();
    const ca = await ensureDevelopmentCa(files, systemClock);
    const identity = await ensureServerIdentity(ca, files, ['muster.test'], systemClock);
    expect(await handshake(identity, ca.certificate, name)).toBeUndefined();
  });

  it('is not trusted by a client that trusts another one', async () => {
    const ca = await ensureDevelopmentCa(ephemeralFiles(), systemClock);
    const other = await ensureDevelopmentCa(ephemeralFiles(), systemClock);
    const identity = await ensureServerIdentity(ca, ephemeralFiles(), [], systemClock);
    expect(await handshake(identity, other.certificate, 'localhost')).toBeDefined();
  });

  it('names localhost, both loopback addresses and the hosts asked for', async () => {
    const files = ephemeralFiles();
    const identity = await ensureServerIdentity(
      await ensureDevelopmentCa(files, systemClock),
      files,
      ['muster.test', '2001:db8::1:0:7'],
      systemClock,
    );
    const certificate = new X509Certificate(identity.cert);
    expect(certificate.subjectAltName).toBe(
      'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:muster.test, IP Address:2001:DB8:0:0:0:1:0:7',
    );
    expect(certificate.ca).toBe(false);
  });

  it('keeps CA, key and certificate from one start to the next', async () => {
    const directory = temporaryDirectory();
    const start = async () => {
      const files = diskFiles(directory);
      const ca = await ensureDevelopmentCa(files, systemClock);
      return { ca: ca.certificate, identity: await ensureServerIdentity(ca, files, [], systemClock) };
    };
    expect(await start()).toEqual(await start());
    expect(readdirSync(directory).sort()).toEqual(['ca-key.pem', 'ca.pem', 'server-key.pem', 'server.pem']);
  });

  it.skipIf(process.platform === 'win32')('keeps its files for the owner alone', async () => {
    const directory = join(temporaryDirectory(), 'new');
    await ensureDevelopmentCa(diskFiles(directory), systemClock);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, 'ca-key.pem')).mode & 0o777).toBe(0o600);
  });

  it.each([
    { days: 0, what: 'kept', renewed: false },
    { days: 360, what: 'kept', renewed: false },
    { days: 367, what: 'renewed', renewed: true },
    { days: 500, what: 'renewed', renewed: true },
  ])('after $days days the certificate is $what, the CA kept', async ({ days, renewed }) => {
    const files = ephemeralFiles();
    const start = Date.parse('2026-01-01T00:00:00Z');
    const ca = await ensureDevelopmentCa(files, fixedClock(start));
    const before = await ensureServerIdentity(ca, files, [], fixedClock(start));
    const later = fixedClock(start + days * DAY);
    const caLater = await ensureDevelopmentCa(files, later);
    expect(caLater.certificate).toBe(ca.certificate);
    expect((await ensureServerIdentity(caLater, files, [], later)).cert !== before.cert).toBe(renewed);
  });

  it('is renewed with the same key and name when it is about to expire', async () => {
    const files = ephemeralFiles();
    const start = Date.parse('2026-01-01T00:00:00Z');
    const ca = await ensureDevelopmentCa(files, fixedClock(start));
    const later = await ensureDevelopmentCa(files, fixedClock(start + 3650 * DAY));
    expect(later.certificate).not.toBe(ca.certificate);
    expect(new X509Certificate(later.certificate).publicKey.equals(new X509Certificate(ca.certificate).publicKey)).toBe(true);
    expect(later.subject).toBe(ca.subject);
  });

  it.each(['ca.pem', 'ca-key.pem', 'server.pem', 'server-key.pem'])('makes %s again when it is broken', async (name) => {
    const files = ephemeralFiles();
    await ensureServerIdentity(await ensureDevelopmentCa(files, systemClock), files, [], systemClock);
    files.replace(name, 'broken');
    const ca = await ensureDevelopmentCa(files, systemClock);
    const server = new X509Certificate((await ensureServerIdentity(ca, files, [], systemClock)).cert);
    expect(server.verify(new X509Certificate(ca.certificate).publicKey)).toBe(true);
  });
});
