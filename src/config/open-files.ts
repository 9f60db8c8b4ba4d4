import { diskFiles, ephemeralFiles, type PrivateFiles } from './data-directory.js';
import { ConfigError } from './words.js';

/**
 * The private files of a data directory. With `memory` a directory that cannot be written will do: a note says what ends with the process.
 * @throws ConfigError
 */
export function openFiles({ data, memory }: { readonly data: string; readonly memory: boolean }): {
  readonly files: PrivateFiles;
  readonly notes: readonly string[];
} {
  try {
    return { files: diskFiles(data), notes: [] };
  } catch (error) {
    const why = `The data directory ${data} cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`;
    if (!memory) throw new ConfigError(`${why}. Choose another with --data, or keep the state in memory with --memory.`);
    return { files: ephemeralFiles(), notes: [`${why}: keys, certificates and the client secret last until this process ends.`] };
  }
}
