import { GraphError } from '../../kernel/errors.js';

/** The GraphError that `run` throws; undefined when it throws none. Anything else that is thrown goes on. */
export function thrown(run: () => unknown): GraphError | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof GraphError) return error;
    throw error;
  }
  return undefined;
}
