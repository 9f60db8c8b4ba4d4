/** A command cannot do what it was asked. The message is for the person at the terminal, and ends with how to mend it where that is known. */
export class CommandFailed extends Error {
  /** @param exitCode 1: it failed; 2: the command line must say something else */
  constructor(
    message: string,
    readonly exitCode: number = 1,
  ) {
    super(message);
    this.name = 'CommandFailed';
  }
}
