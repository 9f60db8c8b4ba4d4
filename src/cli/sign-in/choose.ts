/** How a command comes by its token: one that is given, a secret of an application, or a person who signs in. */
import { cloudNames, cloudOf } from '../../kernel/cloud.js';
import { CommandFailed } from '../command-failed.js';
import type { TokenSource } from '../graph/client.js';

export interface SignInFlags {
  readonly token?: string;
  readonly clientId?: string;
  readonly clientSecretFile?: string;
  readonly directory?: string;
  readonly authority?: string;
}

export interface SignInSurroundings {
  /** The Graph that tokens are for. */
  readonly base: URL;
  readonly ca: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  note(message: string): void;
  wait(millis: number): Promise<unknown>;
}

const USAGE = 2;

/** @throws CommandFailed (exit code 2 for what the command line lacks) */
export async function signIn(flags: SignInFlags, around: SignInSurroundings): Promise<TokenSource> {
  const { environment } = around;
  const { clientId } = flags;
  if (clientId === undefined) {
    const token = flags.token ?? environment.MUSTER_TOKEN;
    if (token === undefined || token === '') {
      throw new CommandFailed(
        'Say how to sign in: --token TOKEN (or MUSTER_TOKEN), or --client-id ID with --directory TENANT to sign in with a browser, or with a secret in MUSTER_CLIENT_SECRET or --client-secret-file besides.',
        USAGE,
      );
    }
    return { current: async () => token, renewed: async () => undefined };
  }
  if (flags.token !== undefined) throw new CommandFailed('--token and --client-id exclude each other: name one way to sign in.', USAGE);
  const secret = await secretOf(flags, around);
  const directory = flags.directory ?? (secret === undefined ? 'organizations' : undefined);
  if (directory === undefined)
    throw new CommandFailed('--directory is missing: an application signs in to one tenant, by id or domain.', USAGE);
  const { clientCredentials, deviceCode } = await import('./grants.js');
  const authority = {
    ...authorityOf(flags.authority, around.base),
    directory,
    clientId,
    ca: around.ca,
    note: around.note,
    wait: around.wait,
  };
  return secret === undefined ? await deviceCode(authority) : await clientCredentials(authority, secret);
}

/** A secret on a command line is seen by everybody on the machine. */
async function secretOf(
  { clientSecretFile }: SignInFlags,
  { environment, workingDirectory }: SignInSurroundings,
): Promise<string | undefined> {
  const variable = environment.MUSTER_CLIENT_SECRET;
  if (clientSecretFile === undefined) return variable === '' ? undefined : variable;
  const [{ readFile }, { resolve }] = await Promise.all([import('node:fs/promises'), import('node:path')]);
  const path = resolve(workingDirectory, clientSecretFile);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailed(`The secret ${path} cannot be read (${error.code ?? error.message}).`, USAGE);
  });
  const secret = text.trim();
  if (secret === '') throw new CommandFailed(`The secret ${path} is empty.`, USAGE);
  return secret;
}

/** The authority of the cloud whose Graph it is; of any other Graph, that one itself: a Muster is both. */
function authorityOf(given: string | undefined, base: URL): { readonly address: URL; readonly resource: string } {
  const cloud = cloudNames.map(cloudOf).find(({ graph }) => graph === base.origin);
  const text = given ?? cloud?.authority ?? base.href;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new CommandFailed(`--authority '${text}' is not an address such as https://login.microsoftonline.com.`, USAGE);
  return { address: new URL(text), resource: cloud?.graph ?? base.origin };
}
