/** X.509 v3 certificates (RFC 5280) for EC P-256 keys, signed with SHA-256: what the development CA makes, and no more. */
import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP, isIPv6 } from 'node:net';
import * as der from './der.js';

const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

export interface CertificateRequest {
  readonly subject: string;
  /** Private or public key of the subject. */
  readonly key: KeyObject;
  readonly issuer: { readonly subject: string; readonly key: KeyObject };
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** `ca`: may sign; else the DNS names and IP addresses a server answers to. */
  readonly use: 'ca' | readonly string[];
}

/** @returns the certificate as PEM text */
export function makeCertificate(request: CertificateRequest): string {
  const algorithm = der.sequence(der.objectIdentifier(OID.ecdsaWithSha256));
  const serial = randomBytes(16);
  // Positive and of full length, as RFC 5280 4.1.2.2 wants it.
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const body = der.sequence(
    der.explicit(0, der.integer(Buffer.from([2]))),
    der.integer(serial),
    algorithm,
    name(request.issuer.subject),
    der.sequence(der.time(request.notBefore), der.time(request.notAfter)),
    name(request.subject),
    publicKeyInfo(request.key),
    der.explicit(3, der.sequence(...extensions(request))),
  );
  const signature = sign('sha256', body, request.issuer.key);
  return pem('CERTIFICATE', der.sequence(body, algorithm, der.bitString(signature)));
}

/** SHA-256 of the public point, cut to 160 bits (RFC 7093, 2.1), in hexadecimal. */
export function keyIdentifier(key: KeyObject): string {
  // The uncompressed P-256 point is the last 65 bytes of the key's description.
  return createHash('sha256').update(publicKeyInfo(key).subarray(-65)).digest('hex').slice(0, 40);
}

function extensions({ use, key, issuer }: CertificateRequest): Buffer[] {
  const own = extension(OID.subjectKeyIdentifier, false, der.octetString(Buffer.from(keyIdentifier(key), 'hex')));
  if (use === 'ca') {
    return [
      extension(OID.basicConstraints, true, der.sequence(der.boolean(true), der.integer(Buffer.from([0])))),
      // keyCertSign (5), cRLSign (6)
      extension(OID.keyUsage, true, der.bitString(Buffer.from([0b0000_0110]), 1)),
      own,
    ];
  }
  return [
    extension(OID.basicConstraints, true, der.sequence()),
    // digitalSignature (0)
    extension(OID.keyUsage, true, der.bitString(Buffer.from([0b1000_0000]), 7)),
    extension(OID.extendedKeyUsage, false, der.sequence(der.objectIdentifier(OID.serverAuth))),
    extension(OID.subjectAltName, false, der.sequence(...use.map(generalName))),
    own,
    extension(OID.authorityKeyIdentifier, false, der.sequence(der.implicit(0, Buffer.from(keyIdentifier(issuer.key), 'hex')))),
  ];
}

function extension(oid: string, critical: boolean, value: Buffer): Buffer {
  return der.sequence(der.objectIdentifier(oid), ...(critical ? [der.boolean(true)] : []), der.octetString(value));
}

function generalName(host: string): Buffer {
  return isIP(host) === 0 ? der.implicit(2, Buffer.from(host, 'latin1')) : der.implicit(7, addressBytes(host));
}

function addressBytes(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number));
  // The URL parser writes IPv4 tails as hexadecimal groups.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string | undefined) => (text ? text.split(':').map((group) => Number.parseInt(group, 16)) : []);
  const before = groups(head);
  const after = groups(tail);
  const all = [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Buffer.from(all.flatMap((group) => [group >>> 8, group & 0xff]));
}

function name(commonName: string): Buffer {
  const part = (oid: string, text: string) => der.set(der.sequence(der.objectIdentifier(oid), der.utf8String(text)));
  return der.sequence(part(OID.organization, 'Muster'), part(OID.commonName, commonName));
}

function publicKeyInfo(key: KeyObject): Buffer {
  return (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' });
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
