import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JSONWebKeySet, type JWK } from 'jose';
import { isObject, type JsonObject } from '../kernel/json.js';

/** Signing keys as plain JSON, private parts included: to be stored where only the owner of the process can read. */
export interface SerializedKeys {
  /** Private RSA keys as JWK with `kid`; the first one signs, all are published. */
  readonly keys: readonly JsonObject[];
}

/** Signing keys ready for use. */
export interface SigningKeys {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  /** The public halves, as published. */
  readonly jwks: JSONWebKeySet;
}

/** Stored signing keys that cannot be read; the message says what is wrong, without a part of a key. */
export class SigningKeysError extends Error {
  constructor(reason: string) {
    super(`The signing keys cannot be used: ${reason}`);
    this.name = 'SigningKeysError';
  }
}

const ALGORITHM = 'RS256';

/** A fresh RSA key of 2048 bits, its `kid` the thumbprint of RFC 7638. */
export async function createSigningKeys(): Promise<SerializedKeys> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { modulusLength: 2048, extractable: true });
  const jwk = await exportJWK(privateKey);
  return { keys: [{ ...(jwk as JsonObject), kid: await calculateJwkThumbprint(jwk), use: 'sig', alg: ALGORITHM }] };
}

/**
 * Reads what `createSigningKeys` made, after its way through a file.
 *
 * @throws SigningKeysError when it has another shape
 */
export async function importSigningKeys(serialized: unknown): Promise<SigningKeys> {
  const stored = isObject(serialized) && Array.isArray(serialized.keys) ? (serialized.keys as readonly unknown[]) : [];
  const keys = stored.map(requireRsaKey);
  const [first] = keys;
  if (first === undefined) throw new SigningKeysError("they are not a JSON object with the member 'keys'.");
  return { kid: first.kid, privateKey: await importPrivateKey(first), jwks: { keys: keys.map(publicHalf) } };
}

type StoredKey = JWK & { readonly kid: string; readonly n: string; readonly e: string };

function requireRsaKey(key: unknown, index: number): StoredKey {
  const complete = isObject(key) && key.kty === 'RSA' && ['kid', 'n', 'e', 'd'].every((name) => typeof key[name] === 'string');
  if (!complete) throw new SigningKeysError(`key ${index + 1} is not a private RSA key with a 'kid'.`);
  return key as unknown as StoredKey;
}

async function importPrivateKey(jwk: StoredKey): Promise<CryptoKey> {
  try {
    return (await importJWK(jwk, ALGORITHM)) as CryptoKey;
  } catch {
    throw new SigningKeysError(`the key '${jwk.kid}' is damaged.`);
  }
}

function publicHalf({ kid, n, e }: StoredKey): JWK {
  return { kty: 'RSA', use: 'sig', alg: ALGORITHM, kid, n, e };
}
