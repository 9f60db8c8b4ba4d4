/** Getting access tokens: in the name of an application, in the name of a user who signs in elsewhere, and again when they expire. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../kernel/json.js';
import { CommandFailed } from '../command-failed.js';
import type { TokenSource } from '../graph/client.js';
import { type FormAnswer, postForm, Unreachable, wordsOf } from './post-form.js';

export interface Authority {
  /** `https://login.microsoftonline.com`. */
  readonly address: URL;
  /** Id or domain, `organizations`. */
  readonly directory: string;
  readonly clientId: string;
  /** The Graph that tokens are for, without a slash at the end. */
  readonly resource: string;
  readonly ca?: string | undefined;
  /** Told of what a person has to do or wait for. */
  note(message: string): void;
  /** Milliseconds; rejects when somebody asks to stop. */
  readonly wait?: (millis: number) => Promise<unknown>;
  readonly now?: () => number;
}

interface Token {
  readonly text: string;
  /** When it is renewed, which is before it expires; milliseconds since the epoch. */
  readonly until: number;
  readonly refresh: string | undefined;
}

/** A token that has so little of its life left is not sent any more: at most so long, of short lives a tenth. */
const MARGIN_MILLIS = 120_000;
const ATTEMPTS = 6;

const endpoint = ({ address, directory }: Authority, name: 'token' | 'devicecode') =>
  new URL(`${address.href.replace(/\/+$/, '')}/${encodeURIComponent(directory)}/oauth2/v2.0/${name}`);

/** @throws CommandFailed with what the service says */
function tokenOf(answer: FormAnswer, authority: Authority, what: string): Token {
  const { access_token: text, expires_in: seconds, refresh_token: refresh } = answer.body;
  if (answer.status !== 200 || typeof text !== 'string') throw refused(answer, authority, what);
  const { now = Date.now } = authority;
  const lifetime = Number(seconds) * 1000 || 3_600_000;
  return {
    text,
    until: now() + lifetime - Math.min(MARGIN_MILLIS, lifetime / 10),
    refresh: typeof refresh === 'string' ? refresh : undefined,
  };
}

function refused({ status, body }: FormAnswer, { address }: Authority, what: string): CommandFailed {
  if (typeof body.error === 'string') return new CommandFailed(`${what} is refused: ${wordsOf(body)}`);
  return new CommandFailed(`${address.href} is no place to sign in: it answers ${status} and says nothing of a token. See --authority.`);
}

/** A cut is waited out: what is asked for here can be asked again. */
async function post(authority: Authority, name: 'token' | 'devicecode', form: Readonly<Record<string, string>>): Promise<FormAnswer> {
  const { wait = sleep } = authority;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await postForm(endpoint(authority, name), form, authority.ca);
    } catch (error) {
      if (!(error instanceof Unreachable) || attempt === ATTEMPTS) throw error;
      authority.note(`${error.message} Trying again.`);
      await wait(Math.min(30_000, 500 * 2 ** (attempt - 1)));
    }
  }
}

/** @param next gets another token; told of the last one */
function source(authority: Authority, first: Token | undefined, next: (last: Token | undefined) => Promise<Token>): TokenSource {
  const { now = Date.now } = authority;
  let last = first;
  let coming: Promise<Token> | undefined;
  const another = (): Promise<Token> => {
    coming ??= next(last)
      .then((token) => {
        last = token;
        return token;
      })
      .finally(() => {
        coming = undefined;
      });
    return coming;
  };
  return {
    async current() {
      const token = last !== undefined && now() < last.until ? last : await another();
      return token.text;
    },
    async renewed(refused) {
      if (last !== undefined && last.text !== refused) return last.text;
      const token = await another();
      return token.text === refused ? undefined : token.text;
    },
  };
}

/** RFC 6749, section 4.4. The first token is asked for at once, so that a wrong secret is told at once. */
export async function clientCredentials(authority: Authority, secret: string): Promise<TokenSource> {
  const form = {
    grant_type: 'client_credentials',
    client_id: authority.clientId,
    client_secret: secret,
    scope: `${authority.resource}/.default`,
  };
  const next = async () => tokenOf(await post(authority, 'token', form), authority, 'The sign-in of the application');
  return source(authority, await next(), next);
}

const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';

/** RFC 8628: a person signs in with a browser, anywhere; afterwards the refresh token does. */
export async function deviceCode(authority: Authority): Promise<TokenSource> {
  const scope = `${authority.resource}/.default offline_access`;
  const { clientId } = authority;
  const first = await signIn(authority, scope);
  return source(authority, first, async (last) => {
    if (last?.refresh === undefined) throw new CommandFailed('The sign-in has expired, and the service gave nothing to renew it with.');
    const form = { grant_type: 'refresh_token', client_id: clientId, refresh_token: last.refresh, scope };
    const token = tokenOf(await post(authority, 'token', form), authority, 'Renewing the sign-in');
    return { ...token, refresh: token.refresh ?? last.refresh };
  });
}

async function signIn(authority: Authority, scope: string): Promise<Token> {
  const { wait = sleep, now = Date.now, clientId } = authority;
  const { status, body } = await post(authority, 'devicecode', { client_id: clientId, scope });
  const { device_code: code, user_code: shown, verification_uri: page, expires_in: seconds } = body;
  if (status !== 200 || typeof code !== 'string' || typeof shown !== 'string' || typeof page !== 'string')
    throw refused({ status, body }, authority, 'The sign-in');
  authority.note(`To sign in, open ${page} in a browser and enter the code ${shown}`);
  const end = now() + (Number(seconds) || 900) * 1000;
  let interval = (Number(body.interval) || 5) * 1000;
  while (now() < end) {
    await wait(interval);
    const answer = await post(authority, 'token', { grant_type: DEVICE_CODE, client_id: clientId, device_code: code });
    const { error } = answer.body;
    if (error === 'authorization_pending') continue;
    if (error === 'slow_down') interval += 5000;
    else return tokenOf(answer, authority, declined(answer.body) ? 'The sign-in was declined, and' : 'The sign-in');
  }
  throw new CommandFailed('Nobody signed in in time. Run the same command again for another code.');
}

const declined = ({ error }: JsonObject) => error === 'authorization_declined' || error === 'access_denied';
