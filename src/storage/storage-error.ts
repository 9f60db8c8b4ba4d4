/** Why a store cannot be opened, in words for the person who starts the program. */
export type StorageFault =
  /** Another process has it open for writing. */
  | 'inUse'
  /** Written by a later release. */
  | 'newer'
  /** Written by an earlier release and opened for reading only, so it cannot be brought up to date. */
  | 'older'
  /** Some other program's database. */
  | 'foreign'
  /** Missing, not readable, or damaged. */
  | 'unreadable';

export class StorageError extends Error {
  constructor(
    readonly fault: StorageFault,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'StorageError';
  }
}
