/** `npm run document-errors`: regenerates `docs/reference/errors.md`. */
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorPage } from './table.js';

// Compiled to build/tools/error-table/main.js: three folders below the root.
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
await writeFile(join(root, 'docs', 'reference', 'errors.md'), errorPage());
