import type { Terminal } from '../composition.js';

export interface Colours {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
}

/** Colours where a person looks at standard output and does not forbid them (https://no-color.org). */
export async function coloursFor({ outInteractive, environment }: Terminal): Promise<Colours> {
  const { createColors } = (await import('picocolors')).default;
  const { NO_COLOR = '', TERM } = environment;
  return createColors(outInteractive && NO_COLOR === '' && TERM !== 'dumb');
}
