/** An export cannot be read or written. The message is for the person at the terminal, and says how to mend it where that is known. */
export class ExchangeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ExchangeError';
  }
}
