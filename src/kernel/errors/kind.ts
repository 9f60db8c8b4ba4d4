/** What an error of the catalogue is. */

export type ErrorLayer = 'gateway' | 'model' | 'service' | 'directory';

export interface ErrorKind<P> {
  readonly status: number;
  /** `error.code` on the wire. */
  readonly code: string;
  readonly layer: ErrorLayer;
  /** The service's own text where it is known. */
  readonly message: (params: P) => string;
  /** What is wrong and how to mend it, where the service's text does not say; shown as `@muster.detail` in innerError. */
  readonly detail?: (params: P) => string;
}

export function kind<P = Record<never, never>>(
  status: number,
  code: string,
  layer: ErrorLayer,
  message: (params: P) => string,
  detail?: (params: P) => string,
): ErrorKind<P> {
  return detail === undefined ? { status, code, layer, message } : { status, code, layer, message, detail };
}

export const occurred = () => 'An error has occurred';
