/**
 * The development CA: made on first start, kept in the data directory, trusted once by the clients. It signs the certificate of the https
 * listener.
 */
import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Clock } from '../kernel/clock.js';
import { keyIdentifier, makeCertificate } from './certificate.js';

const DAY = 86_400_000;
const CA_DAYS = 3652;
const SERVER_DAYS = 397;
const RENEW_DAYS = 30;
const ALWAYS = ['localhost', '127.0.0.1', '::1'];

/** Where certificates and keys are kept. Nobody but the owner can read the files. */
export interface CertificateFiles {
  read(name: string): string | undefined;
  /** Write a file that is not there yet; @returns what stands in it then, which another process may have written first. */
  createOnce(name: string, text: string): string;
  replace(name: string, text: string): void;
}

export interface DevelopmentCa {
  /** PEM. */
  readonly certificate: string;
  readonly subject: string;
  readonly key: KeyObject;
}

/** PEM texts for a listener. `cert` carries the server's certificate and the CA's. */
export interface ServerIdentity {
  readonly cert: string;
  readonly key: string;
}

/** The CA of these files: `ca.pem` and `ca-key.pem`, made when absent, broken or about to expire. */
export async function ensureDevelopmentCa(files: CertificateFiles, clock: Clock): Promise<DevelopmentCa> {
  const key = storedKey(files, 'ca-key.pem');
  // Named after its key, so that two CAs of two machines can live in one trust store.
  const subject = `Muster development CA ${keyIdentifier(key).slice(0, 8)}`;
  const kept = parse(files.read('ca.pem'));
  if (kept?.checkPrivateKey(key) && isFresh(kept, clock)) return { certificate: kept.toString(), subject, key };
  const notBefore = clock.now() - DAY;
  const notAfter = notBefore + CA_DAYS * DAY;
  const certificate = await makeCertificate({ subject, key, issuer: { subject, key }, notBefore, notAfter, use: 'ca' });
  files.replace('ca.pem', certificate);
  return { certificate, subject, key };
}

/**
 * A certificate for the https listener: `server.pem` and `server-key.pem`, made again when another CA signed it, a name is missing, or
 * fewer than 30 days are left.
 *
 * @param hosts names and addresses besides localhost, 127.0.0.1 and ::1
 */
export async function ensureServerIdentity(
  ca: DevelopmentCa,
  files: CertificateFiles,
  hosts: readonly string[],
  clock: Clock,
): Promise<ServerIdentity> {
  const key = storedKey(files, 'server-key.pem');
  const keyText = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const names = [...new Set([...ALWAYS, ...hosts])];
  const issuer = new X509Certificate(ca.certificate);
  const kept = parse(files.read('server.pem'));
  if (
    kept?.checkPrivateKey(key) &&
    kept.checkIssued(issuer) &&
    kept.verify(issuer.publicKey) &&
    names.every((name) => answersTo(kept, name)) &&
    isFresh(kept, clock)
  ) {
    return { cert: kept.toString() + ca.certificate, key: keyText };
  }
  const notBefore = clock.now() - DAY;
  const notAfter = notBefore + SERVER_DAYS * DAY;
  const certificate = await makeCertificate({ subject: 'localhost', key, issuer: ca, notBefore, notAfter, use: names });
  files.replace('server.pem', certificate);
  return { cert: certificate + ca.certificate, key: keyText };
}

function storedKey(files: CertificateFiles, name: string): KeyObject {
  const stored = files.read(name);
  const kept = stored === undefined ? undefined : parseKey(stored);
  if (kept !== undefined) return kept;
  const text = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  if (stored === undefined) return createPrivateKey(files.createOnce(name, text));
  files.replace(name, text);
  return createPrivateKey(text);
}

function parseKey(text: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(text);
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined;
  } catch {
    return undefined;
  }
}

function parse(text: string | undefined): X509Certificate | undefined {
  try {
    return text === undefined ? undefined : new X509Certificate(text);
  } catch {
    return undefined;
  }
}

function isFresh(certificate: X509Certificate, clock: Clock): boolean {
  const now = clock.now();
  return Date.parse(certificate.validFrom) <= now && now < Date.parse(certificate.validTo) - RENEW_DAYS * DAY;
}

function answersTo(certificate: X509Certificate, name: string): boolean {
  return (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined;
}
