/** The import cannot go on; the message is for the person at the terminal. */
export class ImportStopped extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ImportStopped';
  }
}
