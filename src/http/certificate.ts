/** X.509 v3 certificates (RFC 5280) for EC P-256 keys, signed with SHA-256: what the development CA makes. */
import { createHash, createPublicKey, type KeyObject, randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';

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

const EC = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/** @returns the certificate as PEM text */
export async function makeCertificate(request: CertificateRequest): Promise<string> {
  // Loaded only here: a certificate is made once in a data directory's life, and the library takes its time to load.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const { use } = request;
  const extensions =
    use === 'ca'
      ? [
          new x509.BasicConstraintsExtension(true, 0, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
          new x509.SubjectKeyIdentifierExtension(keyIdentifier(request.key)),
        ]
      : [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension(use.map((host) => ({ type: isIP(host) === 0 ? 'dns' : 'ip', value: host }))),
          new x509.SubjectKeyIdentifierExtension(keyIdentifier(request.key)),
          new x509.AuthorityKeyIdentifierExtension(keyIdentifier(request.issuer.key)),
        ];
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject: nameOf(request.subject),
      issuer: nameOf(request.issuer.subject),
      notBefore: new Date(request.notBefore),
      notAfter: new Date(request.notAfter),
      publicKey: await webcrypto.subtle.importKey('spki', publicKeyInfo(request.key), EC, true, ['verify']),
      signingKey: await webcrypto.subtle.importKey('pkcs8', request.issuer.key.export({ type: 'pkcs8', format: 'der' }), EC, false, [
        'sign',
      ]),
      signingAlgorithm: { ...EC, hash: 'SHA-256' },
      extensions,
    },
    webcrypto,
  );
  return `${certificate.toString('pem')}\n`;
}

/** SHA-256 of the public point, cut to 160 bits (RFC 7093, 2.1), in hexadecimal. */
export function keyIdentifier(key: KeyObject): string {
  // The uncompressed P-256 point is the last 65 bytes of the key's description.
  return createHash('sha256').update(publicKeyInfo(key).subarray(-65)).digest('hex').slice(0, 40);
}

/** Positive and of full length (RFC 5280, 4.1.2.2), in hexadecimal. */
function serialNumber(): string {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return serial.toString('hex');
}

function nameOf(commonName: string) {
  return [{ O: ['Muster'] }, { CN: [commonName] }];
}

function publicKeyInfo(key: KeyObject): Buffer {
  return (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' });
}
