/**
 * Checks who imports what in `src` against `.dependency-cruiser.cjs`.
 *
 *   node tools/check-boundaries.mjs              cruise src
 *   node tools/check-boundaries.mjs --self-test  plant one violation of every rule and see each reported
 *
 * Exit code 0: clean. 1: a violation, or too few modules seen (a cruiser that cannot read TypeScript sees none and reports nothing).
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The source had more modules than this when the check was written; fewer means that the cruiser went blind. */
const FLOOR = 150;

const { forbidden, options } = createRequire(import.meta.url)(join(ROOT, '.dependency-cruiser.cjs'));

/**
 * @param {string} baseDir folder that holds `src`
 * @returns {Promise<{ modules: number; violations: { rule: string; from: string; to: string }[] }>}
 */
async function cruiseSource(baseDir) {
  const { tsConfig, enhancedResolveOptions, ...rest } = options;
  const config = extractTSConfig(join(ROOT, tsConfig.fileName));
  const result = await cruise(['src'], { ...rest, baseDir, validate: true, ruleSet: { forbidden } }, enhancedResolveOptions, {
    tsConfig: config,
  });
  if (typeof result.output === 'string') throw new Error('the cruiser returned text');
  const { modules, summary } = result.output;
  return {
    modules: modules.filter((module) => module.source.startsWith('src/')).length,
    violations: summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
  };
}

async function check() {
  const { modules, violations } = await cruiseSource(ROOT);
  for (const { rule, from, to } of violations) console.error(`${rule}: ${from} imports ${to}`);
  if (violations.length > 0) {
    console.error(`\n${violations.length} imports cross a boundary; the rules and their reasons are in .dependency-cruiser.cjs`);
    return false;
  }
  if (modules < FLOOR) {
    console.error(`only ${modules} modules seen, at least ${FLOOR} expected: is the installed TypeScript one that the cruiser reads?`);
    return false;
  }
  console.log(`${modules} modules, ${forbidden.length} rules, no violation`);
  return true;
}

/** A small tree that keeps every rule: one file per room, importing as much as it may. */
const CLEAN = {
  'src/kernel/base.ts': "import { createHash } from 'node:crypto';\nexport const base = createHash;",
  'src/model/schema.ts': "import { parse } from 'yaml';\nexport { base } from '../kernel/base.js';\nexport const model = parse;",
  'src/query/plan.ts': "export { model } from '../model/schema.js';",
  'src/odata/bind.ts': "export { model } from '../query/plan.js';",
  'src/engine/resolve.ts': "export { base } from '../kernel/base.js';",
  'src/storage/store.ts': "import type { model } from '../query/plan.js';\nexport type Store = typeof model;",
  'src/storage/memory/memory-store.ts': "import type { Store } from '../store.js';\nexport type Memory = Store;",
  'src/storage/sqlite/sqlite-store.ts':
    "import { DatabaseSync } from '@photostructure/sqlite';\nimport type { Store } from '../store.js';\nexport type Sqlite = Store | DatabaseSync;",
  'src/storage/sqlite/sqlite-store.test.ts':
    "import { expect } from 'vitest';\nimport { Memory } from '../memory/memory-store.js';\nexpect(Memory);",
  'src/domain/update.ts': "export { base } from '../engine/resolve.js';\nexport type { Store } from '../storage/store.js';",
  'src/auth/verify.ts': "import { jwtVerify } from 'jose';\nexport const verify = jwtVerify;",
  'src/app/handle.ts': "export * from '../auth/verify.js';\nexport * from '../domain/update.js';\nexport * from '../odata/bind.js';",
  'src/http/server.ts': "import { fastify } from 'fastify';\nexport * from '../app/handle.js';\nexport const server = fastify;",
  'src/cli/main.ts': "import { Command } from 'commander';\nexport * from '../app/handle.js';\nexport const cli = Command;",
  'src/config.ts': "import { z } from 'zod';\nexport const config = z;",
  'src/main.ts':
    "export * from './cli/main.js';\nexport * from './config.js';\nexport * from './http/server.js';\nexport * from './storage/memory/memory-store.js';\nexport * from './storage/sqlite/sqlite-store.js';",
};

const imports = (/** @type {string} */ specifier) => `import '${specifier}';`;

/** Rule -> a file that breaks it. @type {Record<string, readonly [path: string, content: string]>} */
const PLANTS = {
  'odata-and-storage-meet-in-query': ['src/odata/planted-a.ts', imports('../storage/store.js')],
  'engine-imports-kernel-alone': ['src/engine/planted-a.test.ts', imports('../model/schema.js')],
  'adapters-from-main-alone': ['src/app/planted-a.ts', imports('../storage/memory/memory-store.js')],
  'adapters-are-strangers': ['src/storage/sqlite/planted-a.ts', imports('../memory/memory-store.js')],
  'room-kernel': ['src/kernel/planted-b.ts', imports('../model/schema.js')],
  'room-model': ['src/model/planted-b.ts', imports('../query/plan.js')],
  'room-query': ['src/query/planted-b.ts', imports('../odata/bind.js')],
  'room-odata': ['src/odata/planted-b.ts', imports('../domain/update.js')],
  'room-engine': ['src/engine/planted-b.ts', imports('../query/plan.js')],
  'room-storage-port': ['src/storage/planted-b.ts', imports('../domain/update.js')],
  'room-storage-adapters': ['src/storage/memory/planted-b.ts', imports('../../domain/update.js')],
  'room-domain': ['src/domain/planted-b.ts', imports('../odata/bind.js')],
  'room-auth': ['src/auth/planted-b.ts', imports('../model/schema.js')],
  'room-app': ['src/app/planted-b.ts', imports('../http/server.js')],
  'room-http': ['src/http/planted-b.ts', imports('../domain/update.js')],
  'room-exchange': ['src/exchange/planted-b.ts', imports('../storage/store.js')],
  'room-cli': ['src/cli/planted-b.ts', imports('../storage/store.js')],
  'room-config': ['src/config.ts', imports('./app/handle.js')],
  'packages-kernel': ['src/kernel/planted-c.ts', imports('zod')],
  'packages-model': ['src/model/planted-c.ts', imports('zod')],
  'packages-query': ['src/query/planted-c.ts', imports('yaml')],
  'packages-odata': ['src/odata/planted-c.ts', imports('yaml')],
  'packages-engine': ['src/engine/planted-c.ts', imports('yaml')],
  'packages-storage-port': ['src/storage/planted-c.ts', imports('@photostructure/sqlite')],
  'packages-storage-adapters': ['src/storage/memory/planted-c.ts', imports('yaml')],
  'packages-domain': ['src/domain/planted-c.ts', imports('yaml')],
  'packages-auth': ['src/auth/planted-c.ts', imports('fastify')],
  'packages-app': ['src/app/planted-c.ts', imports('jose')],
  'packages-http': ['src/http/planted-c.ts', imports('jose')],
  'packages-exchange': ['src/exchange/planted-c.ts', imports('zod')],
  'packages-cli': ['src/cli/planted-c.ts', imports('fastify')],
  'packages-config': ['src/config.ts', imports('commander')],
  'packages-main': ['src/main.ts', imports('fastify')],
  'pure-kernel': ['src/kernel/planted-d.ts', imports('node:fs')],
  'pure-query': ['src/query/planted-d.ts', imports('node:net')],
  'pure-odata': ['src/odata/planted-d.ts', imports('node:fs/promises')],
  'pure-engine': ['src/engine/planted-d.ts', imports('node:child_process')],
  'pure-storage-port': ['src/storage/planted-d.ts', imports('fs')],
  'pure-domain': ['src/domain/planted-d.ts', imports('node:http')],
  'known-rooms': ['src/attic/planted.ts', imports('../kernel/base.js')],
  'no-circular-imports': ['src/kernel/planted-e.ts', "export { f } from './planted-f.js';\nexport const e = 1;"],
  'no-development-packages': ['src/app/planted-f.ts', imports('autocannon')],
  'no-tests-in-the-product': ['src/app/planted-g.ts', imports('../storage/sqlite/sqlite-store.test.js')],
  'src-stands-alone': ['src/app/planted-h.ts', imports('../../tools/planted.js')],
  resolvable: ['src/app/planted-i.ts', imports('./nowhere.js')],
};

/**
 * @param {Record<string, string>} files path -> content
 * @param {(folder: string) => Promise<void>} use
 */
async function inTree(files, use) {
  mkdirSync(join(ROOT, 'build'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, 'build', 'boundaries-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), `${content}\n`);
    }
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function selfTest() {
  const manifest = { 'package.json': JSON.stringify(createRequire(import.meta.url)(join(ROOT, 'package.json'))) };
  /** @type {string[]} */
  const complaints = [];
  for (const { name } of forbidden) if (!(name in PLANTS)) complaints.push(`rule ${name} has no planted violation`);

  await inTree({ ...manifest, ...CLEAN }, async (folder) => {
    const { modules, violations } = await cruiseSource(folder);
    if (modules !== Object.keys(CLEAN).length) complaints.push(`the clean tree has ${Object.keys(CLEAN).length} modules, ${modules} seen`);
    for (const { rule, from, to } of violations) complaints.push(`the clean tree is refused by ${rule}: ${from} imports ${to}`);
  });

  /** @type {Record<string, string>} */
  const planted = { ...manifest, ...CLEAN, 'tools/planted.ts': 'export {};' };
  planted['src/kernel/planted-f.ts'] = "export { e } from './planted-e.js';\nexport const f = 1;";
  for (const [path, content] of Object.values(PLANTS)) planted[path] = path in planted ? `${planted[path]}\n${content}` : content;
  await inTree(planted, async (folder) => {
    const { violations } = await cruiseSource(folder);
    for (const [rule, [path]] of Object.entries(PLANTS)) {
      if (!violations.some((violation) => violation.rule === rule && violation.from === path)) {
        complaints.push(`planted in ${path}, not reported: ${rule}`);
      }
    }
  });

  for (const complaint of complaints) console.error(complaint);
  if (complaints.length === 0) console.log(`${forbidden.length} rules, each reported its planted violation`);
  return complaints.length === 0;
}

process.exitCode = (await (process.argv.includes('--self-test') ? selfTest() : check())) ? 0 : 1;
