/** `npm run document-commands`: regenerates `docs/reference/commands.md` and `docs/reference/plan.schema.json`. */
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandsPage } from './page.js';
import { planSchemaText } from './plan-schema.js';

// Compiled to build/tools/command-pages/main.js: three folders below the root.
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
await writeFile(join(root, 'docs', 'reference', 'commands.md'), await commandsPage());
await writeFile(join(root, 'docs', 'reference', 'plan.schema.json'), planSchemaText());
