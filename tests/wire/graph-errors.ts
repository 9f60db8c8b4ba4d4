/** What every refusal must look like, whatever was refused. */
import { expect } from 'vitest';
import type { RawAnswer } from './raw.js';

export interface GraphErrorBody {
  readonly code: string;
  readonly message: string;
  readonly target?: string;
  readonly innerError: Readonly<Record<string, string>>;
}

export const CLIENT_REQUEST_ID = 'a-client-request-id';

const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/**
 * Status, envelope, ids and silence about the inside.
 *
 * @param message part of the message; of the nested `Message` when `nested`
 * @param echoed false where the request was never understood far enough to know its client-request-id
 */
export function expectGraphError(
  answer: RawAnswer,
  { status, code, message = '', nested = false, echoed = true }: Refusal,
): GraphErrorBody {
  expect([answer.status, answer.text.slice(0, 200)]).toEqual([status, expect.stringContaining('"error"')]);
  expect(answer.headers.get('content-type')).toContain('application/json');
  const { error } = JSON.parse(answer.text) as { error: GraphErrorBody };
  expect(error.code).toBe(code);
  const { date, 'request-id': requestId, 'client-request-id': clientRequestId } = error.innerError;
  expect(date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
  expect(requestId).toMatch(GUID);
  expect(answer.headers.get('request-id')).toBe(requestId);
  expect(clientRequestId).toBe(echoed ? CLIENT_REQUEST_ID : requestId);
  expect(answer.headers.get('client-request-id')).toBe(clientRequestId);
  if (nested) {
    const inner = JSON.parse(error.message);
    expect(Object.keys(inner)).toEqual(['_version', 'Message', 'CustomApiErrorPhrase', 'RetryAfter', 'ErrorSourceService', 'HttpHeaders']);
    expect(inner._version).toBe(3);
    expect(inner.Message).toContain(message);
    expect(inner.Message).toContain(`Activity ID: ${requestId}`);
  } else {
    expect(error.message).toContain(message);
    expect(error.message.startsWith('{')).toBe(error.code === 'UnknownError');
  }
  expect(answer.text).not.toMatch(/\bat .{0,200}\.(?:ts|js):\d|node_modules|\bTypeError\b|\bSQLITE|undefined/);
  return error;
}

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message?: string;
  readonly nested?: boolean;
  readonly echoed?: boolean;
}
