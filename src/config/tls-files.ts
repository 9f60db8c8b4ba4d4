import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { ConfigError } from './words.js';

/**
 * The certificate and key of `--tls-cert` and `--tls-key`.
 * @throws ConfigError when a file cannot be read, is no PEM, or the two do not belong together
 */
export function readIdentity(files: { readonly cert: string; readonly key: string }): { readonly cert: string; readonly key: string } {
  const cert = read('--tls-cert', files.cert);
  const key = read('--tls-key', files.key);
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new ConfigError(`--tls-cert ${files.cert} and --tls-key ${files.key} are no pair of PEM certificate and key (${reason}).`);
  }
  return { cert, key };
}

function read(flag: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${flag} '${path}' cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
