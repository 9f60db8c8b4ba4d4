/** `npm run assemble-kernels`: writes the WebAssembly of `text.ts` as a module of source, so that nothing is assembled or loaded from a file at run time. */
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assembled } from './assemble.js';

// Compiled to build/tools/kernels/main.js: three folders below the root.
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
await writeFile(join(root, 'src', 'engine', 'words', 'kernels.generated.ts'), await assembled());
