import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Manifest {
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

interface LockedPackage {
  readonly version: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(read('package.json')) as Manifest;
const lock = JSON.parse(read('package-lock.json')) as { readonly packages: Readonly<Record<string, LockedPackage>> };

describe('packages', () => {
  it.each(Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))('%s is pinned', (_name, version) => {
    expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  });

  it('come from the registry that the user has configured', () => {
    expect(Object.values(lock.packages).filter(({ resolved }) => resolved?.includes('://'))).toEqual([]);
  });

  it('are locked for every platform, since npm ci refuses a lockfile that lacks the variant of another one', () => {
    const paths = Object.keys(lock.packages);
    const missing = Object.values(lock.packages)
      .flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
      .filter((name) => !paths.some((path) => path.endsWith(`node_modules/${name}`)));
    expect(missing).toEqual([]);
  });
});

function markdownFiles(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return folder === '.' && entry.name !== 'docs' ? [] : markdownFiles(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

describe.each(markdownFiles('.'))('%s', (path) => {
  const text = read(path);

  it('links to what exists', () => {
    const targets = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map((match) => match[1] as string);
    const local = targets.filter((target) => !target.includes('://'));
    expect(local.filter((target) => !existsSync(join(root, dirname(path), target)))).toEqual([]);
  });

  it('names scripts that exist', () => {
    const scripts = [...text.matchAll(/npm run ([\w-]+)/g)].map((match) => match[1] as string);
    expect(scripts.filter((script) => !(script in manifest.scripts))).toEqual([]);
  });

  it('names files that exist', () => {
    const files = [...text.matchAll(/`((?:src|tools|api|tests|docs)\/[\w./-]+)`/g)].map((match) => match[1] as string);
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});

it('the changelog has the version of the package', () => {
  expect(read('CHANGELOG.md')).toContain(`## [${manifest.version}]`);
});

it('a command of the README is a command of the program', () => {
  const commands = new Set([...read('README.md').matchAll(/muster (serve|token|ca|[a-z]+)\b/g)].map((match) => match[1] as string));
  for (const command of commands) expect(existsSync(join(root, 'src', 'cli', 'commands', `${command}.ts`)), command).toBe(true);
});

it('every setting is in the reference', () => {
  const source = read('src/config/options.ts');
  const keys = [...source.matchAll(/^ {2}(\w+): option</gm)].map((match) => match[1] as string);
  const reference = read('docs/reference/configuration.md');
  expect(keys.length).toBeGreaterThan(5);
  for (const key of keys) {
    const words = key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
    expect(reference).toContain(`\`MUSTER_${words}\``);
    expect(reference).toContain(`\`--${words.toLowerCase().replaceAll('_', '-')}`);
  }
});
