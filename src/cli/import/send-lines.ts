/** Lines of an export, sent chunk by chunk through the same import as those of a file. */
import { CHUNK_LINES, type ImportLine } from '../../app/import.js';
import type { EmittedLine } from '../../exchange/emit.js';
import { type Place, placeText } from '../../exchange/files/fault.js';
import type { ImportTarget } from '../composition.js';
import { REQUEST_BYTES } from './remote.js';
import { ImportStopped } from './stopped.js';

export interface Sent {
  readonly types: Readonly<Record<string, number>>;
  readonly imported: number;
  /** Texts that name the file. */
  readonly rejected: readonly string[];
  /** Why it ended before the lines did. */
  readonly why: string | undefined;
}

/** @param progress told how many lines were decided on */
export async function sendLines(
  lines: AsyncIterable<EmittedLine>,
  target: ImportTarget,
  keepGoing: boolean,
  stopped: () => boolean,
  progress: (lines: number) => void,
): Promise<Sent> {
  const types: Record<string, number> = {};
  const rejected: string[] = [];
  let imported = 0;
  let line = 0;
  let chunk: (ImportLine & { readonly place: Place })[] = [];
  let size = 0;

  async function flush(): Promise<string | undefined> {
    if (chunk.length === 0) return undefined;
    const sent = chunk;
    chunk = [];
    size = 0;
    try {
      const result = await target.send(sent, keepGoing);
      for (const [name, number] of Object.entries(result.imported)) {
        types[name] = (types[name] ?? 0) + number;
        imported += number;
      }
      for (const bad of result.rejected) {
        const place = sent.find((each) => each.line === bad.line)?.place;
        rejected.push(`${place === undefined ? `line ${bad.line}` : placeText(place)}: ${bad.message}`);
      }
    } catch (error) {
      if (error instanceof ImportStopped) return error.message;
      throw error;
    }
    progress(line);
    if (rejected.length > 0 && !keepGoing) return 'An object is refused: nothing of what was sent along with it has been imported.';
    return stopped() ? 'Stopped by a signal.' : undefined;
  }

  for await (const { line: object, place } of lines) {
    const bytes = Buffer.from(JSON.stringify(object));
    if (chunk.length === CHUNK_LINES || (chunk.length > 0 && size + bytes.byteLength + 1 > REQUEST_BYTES)) {
      const why = await flush();
      if (why !== undefined) return { types, imported, rejected, why };
    }
    line += 1;
    size += bytes.byteLength + 1;
    chunk.push({ line, bytes, place });
  }
  const why = await flush();
  return { types, imported, rejected, why };
}
