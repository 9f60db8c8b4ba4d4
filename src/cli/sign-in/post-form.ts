/** Forms sent to a token endpoint, and its answers, which are JSON whether they are good or bad. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isObject, type JsonObject } from '../../kernel/json.js';
import { CommandFailed } from '../command-failed.js';

export interface FormAnswer {
  readonly status: number;
  readonly body: JsonObject;
}

/** The endpoint could not be asked; asking again may do. */
export class Unreachable extends CommandFailed {}

const SILENCE = 60_000;
const MOST_BYTES = 1024 * 1024;

/**
 * @param ca PEM text of an authority to trust besides the usual ones
 * @throws Unreachable; CommandFailed for what is no token endpoint
 */
export function postForm(address: URL, form: Readonly<Record<string, string>>, ca: string | undefined): Promise<FormAnswer> {
  const text = new URLSearchParams(form).toString();
  const send = address.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((done, fail) => {
    const lost = (reason: string) => fail(new Unreachable(`${address.origin} cannot be reached to sign in: ${reason}.`));
    const asked = send(address, {
      method: 'POST',
      timeout: SILENCE,
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': String(Buffer.byteLength(text)),
      },
      ...(ca === undefined ? {} : { ca }),
    });
    asked.on('error', (error: NodeJS.ErrnoException) => lost(error.message || (error.code ?? 'unknown reason')));
    asked.on('timeout', () => asked.destroy(new Error('it is silent')));
    asked.on('response', (answer) => {
      const pieces: Buffer[] = [];
      let size = 0;
      answer.on('error', (error) => lost(error.message));
      answer.on('data', (piece: Buffer) => {
        size += piece.byteLength;
        if (size > MOST_BYTES) asked.destroy(new Error('it answers with more than a token'));
        else pieces.push(piece);
      });
      answer.on('end', () => {
        const status = answer.statusCode ?? 0;
        const body = parsed(Buffer.concat(pieces).toString('utf8'));
        if (body !== undefined) done({ status, body });
        else if (status === 429 || status >= 500) lost(`it answers ${status}`);
        else fail(new CommandFailed(`${address.href} is no place to sign in: it answers ${status} and no JSON object. See --authority.`));
      });
    });
    asked.end(text);
  });
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A refusal as a person reads it: the service adds times and correlation ids that help nobody here. */
export function wordsOf({ error, error_description: description }: JsonObject): string {
  const text = typeof description === 'string' ? (description.split(/\r?\n| Trace ID:/)[0] ?? '') : '';
  return text === '' ? String(error ?? 'no reason given') : text.trim();
}
