import { key, TENANT } from '../../testing/samples.js';
import { testTypes } from '../../testing/types.js';
import { openSqliteReader } from '../sqlite-store.js';

/** Which of these another process sees in a database. */
export async function seenElsewhere(path: string, ids: readonly string[]): Promise<readonly boolean[]> {
  const reader = await openSqliteReader({ path, types: testTypes });
  const found = await reader.read(
    TENANT,
    ids.map((id) => key(id)),
  );
  await reader.close();
  return found.map((entity) => entity !== undefined);
}
