/**
 * What `npm test` runs: the static checks, then every test file.
 *
 *   npm test                  everything
 *   npm test -- src/odata     only the test files whose path contains the words given
 *
 * The last line is `N passed, N failed` (with `, N skipped` when tests were skipped); exit code 0 when nothing failed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/** A step is a Node program of the project or of its packages, so that it starts the same way on every platform. */
const STEPS = [
  {
    name: 'format and lint',
    args: ['node_modules/@biomejs/biome/bin/biome', 'ci', '--colors=off', '.'],
    alone: 'npx biome ci .  (npm run format mends most of it)',
  },
  { name: 'types', args: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'], alone: 'npm run typecheck' },
  { name: 'boundaries', args: ['tools/check-boundaries.mjs'], alone: 'node tools/check-boundaries.mjs' },
  {
    name: 'boundaries self-test',
    args: ['tools/check-boundaries.mjs', '--self-test'],
    alone: 'node tools/check-boundaries.mjs --self-test',
  },
  { name: 'build', args: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], alone: 'npm run build' },
];

/** Colours are for people: in a file or a CI log they are noise. */
const ENVIRONMENT = process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined };

const seconds = (/** @type {number} */ since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/** @type {string[]} */
const failures = [];
const tally = { passed: 0, failed: 0, skipped: 0 };

function runSteps() {
  for (const { name, args, alone } of STEPS) {
    const since = Date.now();
    const result = spawnSync(process.execPath, args, { cwd: ROOT, env: ENVIRONMENT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
    if (result.status === 0) {
      tally.passed += 1;
      console.log(`ok    ${name} (${seconds(since)})`);
      continue;
    }
    tally.failed += 1;
    failures.push(`${name}: ${alone}`);
    console.log(`FAIL  ${name} (${seconds(since)})`);
    console.log(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error ?? ''}`);
  }
}

/**
 * @typedef {{ status: string; fullName: string }} Assertion
 * @typedef {{ name: string; status: string; assertionResults: Assertion[] }} TestFile
 */

/** @param {readonly string[]} filters */
function runTestFiles(filters) {
  const folder = mkdtempSync(join(tmpdir(), 'muster-tests-'));
  const report = join(folder, 'report.json');
  const before = tally.failed;
  try {
    const { status } = spawnSync(
      process.execPath,
      ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...filters],
      { cwd: ROOT, env: ENVIRONMENT, stdio: 'inherit' },
    );
    countReport(report);
    if (status !== 0 && tally.failed === before) fail('vitest: npx vitest run');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} line */
function fail(line) {
  tally.failed += 1;
  failures.push(line);
}

/** @param {string} report path of vitest's JSON report */
function countReport(report) {
  /** @type {{ testResults: TestFile[] }} */
  let result;
  try {
    result = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    fail('vitest ended without a report: npx vitest run');
    return;
  }
  for (const file of result.testResults) {
    const path = relative(ROOT, file.name).replaceAll('\\', '/');
    const before = tally.failed;
    for (const { status, fullName } of file.assertionResults) {
      if (status === 'passed') tally.passed += 1;
      else if (status === 'failed') fail(`${fullName}: npx vitest run ${path}`);
      else tally.skipped += 1;
    }
    if (file.status === 'failed' && tally.failed === before) fail(`${path} could not run: npx vitest run ${path}`);
  }
}

const filters = process.argv.slice(2);
if (filters.length === 0) runSteps();
runTestFiles(filters);

if (failures.length > 0) {
  console.log('\nFailed, with the command that runs it alone:');
  for (const failure of failures) console.log(`  ${failure}`);
  console.log('');
}
console.log(`${tally.passed} passed, ${tally.failed} failed${tally.skipped > 0 ? `, ${tally.skipped} skipped` : ''}`);
process.exitCode = tally.failed === 0 ? 0 : 1;
