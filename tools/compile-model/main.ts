/** `npm run compile-model`: regenerates `api/model/{beta,v1.0}/schema.json`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileModel } from './compile.js';
import { readSources } from './sources.js';

// Compiled to build/tools/compile-model/main.js: three folders below the root.
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const model = compileModel(await readSources(root));
for (const version of ['beta', 'v1.0'] as const) {
  const folder = join(root, 'api', 'model', version);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'schema.json'), model[version]);
}
for (const problem of model.problems) process.stderr.write(`corrections.yaml: ${problem}\n`);
process.exitCode = model.problems.length === 0 ? 0 : 1;
