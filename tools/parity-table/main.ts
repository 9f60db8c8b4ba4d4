/** `npm run document-parity`: regenerates `docs/reference/parity.md`. */
import { writeFileSync } from 'node:fs';
import { tableInput } from './input.js';
import { parityPage } from './table.js';

// Compiled to build/tools/parity-table/main.js: three folders below the root.
const root = new URL('../../../', import.meta.url);
writeFileSync(new URL('docs/reference/parity.md', root), parityPage(tableInput(root)));
