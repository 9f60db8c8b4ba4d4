/** An answer that is an error, as a person reads it. */
import { isObject, type JsonValue } from '../../kernel/json.js';
import { CommandFailed } from '../command-failed.js';

export class GraphRefused extends CommandFailed {
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
  ) {
    super(message);
  }
}

export function refusalOf(status: number, body: JsonValue | undefined, method: string, path: string): GraphRefused {
  const error = isObject(body) && isObject(body.error) ? body.error : {};
  const code = typeof error.code === 'string' ? error.code : '';
  const inner = isObject(error.innerError) ? error.innerError : {};
  const detail = typeof inner['@muster.detail'] === 'string' ? ` ${inner['@muster.detail']}` : '';
  const text = messageText(typeof error.message === 'string' ? error.message : '');
  const what = `${method} ${path} is answered with ${status}${text === '' ? '' : `: ${text}`}${detail}`;
  return new GraphRefused(`${what}${/[.!?]$/.test(what) ? '' : '.'}${hint(status, code)}`, status, code);
}

function hint(status: number, code: string): string {
  if (status === 401 && code === 'InvalidAuthenticationToken') return ' The token is wrong or has expired: get a new one.';
  if (status === 401 || status === 403) {
    return ' The token lacks a permission, or its user a role: reading needs DeviceManagementConfiguration.Read.All, DeviceManagementManagedDevices.Read.All and Group.Read.All, changing DeviceManagementConfiguration.ReadWrite.All.';
  }
  return status === 429 || status === 503 ? ' It was asked again several times; try later.' : '';
}

/** The service's own errors carry their text inside a JSON text. */
export function messageText(message: string): string {
  if (!message.startsWith('{')) return message;
  try {
    const { Message } = JSON.parse(message) as { readonly Message?: string };
    return (Message ?? message).split(' - Operation ID')[0] ?? message;
  } catch {
    return message;
  }
}

export function notGraph(origin: string): CommandFailed {
  return new CommandFailed(`${origin} does not answer as a Graph does: it is another server, or a proxy stands before it.`);
}
