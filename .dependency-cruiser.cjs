/**
 * Which room of `src` may import what (ARCHITECTURE.md, "The rooms"). Every entry is an allow-list: what is not named is an error.
 * `node tools/check-boundaries.mjs` runs these rules, `--self-test` proves that each of them can fail.
 */

/** Test files, and the kits that tests import, may reach further than the code they test. */
const TESTS = String.raw`(\.test\.ts$|/testing/)`;

const PORT = String.raw`^src/storage/[^/]+\.ts$`;
const ADAPTERS = '^src/storage/[^/]+/';

const CONFIG = String.raw`^src/config(\.ts$|/)`;

const room = (name) => `^src/${name}/`;

/** @type {Record<string, { path: string; rooms: readonly string[]; packages: readonly string[]; pure?: true }>} */
const ROOMS = {
  kernel: { path: room('kernel'), rooms: [], packages: [], pure: true },
  model: { path: room('model'), rooms: [room('kernel')], packages: ['yaml'] },
  query: { path: room('query'), rooms: [room('kernel'), room('model')], packages: [], pure: true },
  odata: { path: room('odata'), rooms: [room('kernel'), room('model'), room('query')], packages: [], pure: true },
  engine: { path: room('engine'), rooms: [room('kernel')], packages: [], pure: true },
  'storage-port': { path: PORT, rooms: [room('kernel'), room('model'), room('query')], packages: [], pure: true },
  'storage-adapters': {
    path: ADAPTERS,
    rooms: [room('kernel'), room('model'), room('query'), PORT],
    packages: ['@photostructure/sqlite'],
  },
  domain: {
    path: room('domain'),
    rooms: [room('kernel'), room('model'), room('query'), room('engine'), PORT],
    packages: [],
    pure: true,
  },
  auth: { path: room('auth'), rooms: [room('kernel')], packages: ['jose'] },
  app: {
    path: room('app'),
    rooms: [...['kernel', 'model', 'query', 'odata', 'engine', 'domain', 'auth'].map(room), PORT],
    packages: [],
  },
  exchange: { path: room('exchange'), rooms: [room('kernel'), room('model'), room('app')], packages: ['yaml'] },
  http: { path: room('http'), rooms: [room('kernel'), room('app')], packages: ['fastify', 'pino', '@peculiar/x509', 'reflect-metadata'] },
  cli: {
    path: room('cli'),
    rooms: [room('kernel'), room('app'), room('engine'), room('exchange'), CONFIG],
    packages: ['commander', '@clack/prompts', 'picocolors', 'string-width', 'wrap-ansi', 'yaml'],
  },
  config: { path: CONFIG, rooms: [room('kernel')], packages: ['yaml', 'zod'] },
  main: { path: String.raw`^src/main\.ts$`, rooms: ['^src/'], packages: [] },
};

/** Built-in modules that reach outside the process: rooms marked pure have none of them. */
const IO = '^(fs|fs/promises|net|tls|dgram|dns|http|https|http2|child_process|cluster|worker_threads|readline|process)$';

const NPM = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-bundled', 'npm-no-pkg', 'npm-unknown'];

const inNodeModules = (name) => `node_modules/${name}/`;

const roomRules = Object.entries(ROOMS)
  .filter(([name]) => name !== 'main')
  .map(([name, { path, rooms }]) => ({
    name: `room-${name}`,
    severity: 'error',
    comment: `${name} imports itself and the rooms of its list alone.`,
    from: { path, pathNot: TESTS },
    to: { path: '^src/', pathNot: [path, ...rooms] },
  }));

const packageRules = Object.entries(ROOMS).map(([name, { path, packages }]) => ({
  name: `packages-${name}`,
  severity: 'error',
  comment: packages.length === 0 ? `${name} has no third-party imports.` : `${name} has ${packages.join(', ')} alone.`,
  from: { path, pathNot: TESTS },
  to: { dependencyTypes: NPM, ...(packages.length === 0 ? {} : { pathNot: packages.map(inNodeModules) }) },
}));

const pureRules = Object.entries(ROOMS)
  .filter(([, { pure }]) => pure)
  .map(([name, { path }]) => ({
    name: `pure-${name}`,
    severity: 'error',
    comment: `${name} computes; it opens no file, socket or process.`,
    from: { path, pathNot: TESTS },
    to: { dependencyTypes: ['core'], path: IO },
  }));

module.exports = {
  forbidden: [
    {
      name: 'odata-and-storage-meet-in-query',
      severity: 'error',
      comment: 'First rule of the house. It holds for tests too.',
      from: { path: '^src/(odata|storage)/' },
      to: { path: '^src/(odata|storage)/', pathNot: '^src/$1/' },
    },
    {
      name: 'engine-imports-kernel-alone',
      severity: 'error',
      comment: 'Second rule: the engine is tested, measured and used without the rest.',
      from: { path: '^src/engine/' },
      to: { path: '^src/', pathNot: '^src/(engine|kernel)/' },
    },
    {
      name: 'adapters-from-main-alone',
      severity: 'error',
      comment: 'Third rule: main.ts chooses the adapters. Tests may construct them.',
      from: { path: '^src/', pathNot: [String.raw`^src/main\.ts$`, ADAPTERS, TESTS] },
      to: { path: ADAPTERS, pathNot: TESTS },
    },
    {
      name: 'adapters-are-strangers',
      severity: 'error',
      comment: 'One storage adapter knows nothing of another; what they share is in storage/sql or in the port.',
      from: { path: '^src/storage/([^/]+)/', pathNot: TESTS },
      to: { path: ADAPTERS, pathNot: '^src/storage/($1|sql)/' },
    },
    ...roomRules,
    ...packageRules,
    ...pureRules,
    {
      name: 'known-rooms',
      severity: 'error',
      comment: 'A new folder or file at the top of src needs its line in the table of rooms.',
      from: { path: '^src/', pathNot: [...Object.values(ROOMS).map(({ path }) => path), TESTS] },
      to: {},
    },
    {
      name: 'no-circular-imports',
      severity: 'error',
      comment: 'Every arrow points down. A cycle that the compiler erases (one of its imports is of types alone) is none.',
      from: { path: '^src/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-development-packages',
      severity: 'error',
      comment: 'What is served runs without devDependencies. Types of Node are erased by the compiler.',
      from: { path: '^src/', pathNot: TESTS },
      to: { dependencyTypes: ['npm-dev'], pathNot: inNodeModules('@types/node') },
    },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      comment: 'Files left out of the build are not imported by files that are in it.',
      from: { path: '^src/', pathNot: TESTS },
      to: { path: TESTS, pathNot: 'node_modules/' },
    },
    {
      name: 'src-stands-alone',
      severity: 'error',
      comment: 'The build takes src alone: nothing in it imports tools or tests.',
      from: { path: '^src/', pathNot: TESTS },
      to: { path: '^(tools|tests|build|dist)/' },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'Every import leads somewhere.',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
