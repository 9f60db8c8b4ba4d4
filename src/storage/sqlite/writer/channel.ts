/** What is said between whoever decides and the thread that writes. Requests are carried out and answered in order. */
import type { TenantRecord } from '../../store.js';
import type { PackedChanges } from './packed-changes.js';

export type WriterRequest =
  /** Answered when it is carried out, or has failed; what fails is told when it settles. */
  | { readonly do: 'write'; readonly changes: PackedChanges }
  /** The same, answered with the tenant's sequence number. */
  | { readonly do: 'commit'; readonly changes: PackedChanges }
  | { readonly do: 'settle' | 'close' }
  | { readonly do: 'createTenant'; readonly tenant: TenantRecord }
  | { readonly do: 'deleteTenant'; readonly id: string };

/** The first answer says how opening went. */
export type WriterAnswer =
  | { readonly value: number | undefined }
  /** What was written since the last time it settled is gone. */
  | { readonly lost: string }
  | { readonly unopened: { readonly fault: string | undefined; readonly message: string } };

/** What arrives at either end: the driver of threads knows no types. */
// biome-ignore lint/suspicious/noExplicitAny: as the declarations of Node have it
export type WriterMessage = any;

/** Either end of a channel between threads. */
export interface WriterPort {
  postMessage(message: unknown): void;
  on(event: string, listener: (message: WriterMessage) => void): unknown;
}
