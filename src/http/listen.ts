/** A place to listen: a host name or IP address (IPv6 without brackets) and a port; 0 asks for a free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** An address that cannot be bound; `message` says which, why, and what to do. */
export class ListenError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ListenError';
  }
}

/** `http://127.0.0.1:8080`, `https://[::1]:8443`; every address is shown as the loopback a client can use. */
export function originOf(scheme: 'http' | 'https', host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `${scheme}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/** What a person can do about an address that could not be bound. */
export function listenFailure(error: unknown, scheme: 'http' | 'https', { host, port }: ListenAddress): ListenError {
  const code = (error as NodeJS.ErrnoException).code;
  const flag = `--${scheme}`;
  const free = `${flag} ${host.includes(':') ? `[${host}]` : host}:0`;
  switch (code) {
    case 'EADDRINUSE':
      return new ListenError(
        `Port ${port} of ${host} is in use. Stop the program that listens there, or choose another port: ${free} takes a free one.`,
      );
    case 'EACCES':
      return new ListenError(`Port ${port} of ${host} may not be opened by this user. Choose one above 1023: ${free} takes a free one.`);
    case 'EADDRNOTAVAIL':
      return new ListenError(`${host} is no address of this machine. Give another one: ${flag} 127.0.0.1:${port}.`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new ListenError(`The host name ${host} cannot be resolved. Give an address: ${flag} 127.0.0.1:${port}.`);
    default:
      return new ListenError(`Cannot listen on ${host}:${port} (${flag}): ${error instanceof Error ? error.message : String(error)}`);
  }
}
