import { confirm, isCancel } from '@clack/prompts';

/** Ask for yes or no on the terminal, on standard error. Escape and Ctrl-C say no. */
export async function askPerson(question: string): Promise<boolean> {
  const answer = await confirm({ message: question, initialValue: false, output: process.stderr });
  return !isCancel(answer) && answer;
}
