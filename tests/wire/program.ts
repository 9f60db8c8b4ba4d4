/**
 * Muster as a program of its own. The repository's build is used when it is newer than every source; else the sources are transpiled into
 * a directory below `build/`, where packages resolve, once per test file.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export interface MusterProgram {
  /** Path of `main.js`. */
  readonly main: string;
  dispose(): void;
}

export function musterProgram(): MusterProgram {
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !/[.](?:test|d)[.]ts$/.test(file) && !/[\\/]testing[\\/]/.test(file),
  );
  const dist = join(ROOT, 'dist', 'main.js');
  const newest = Math.max(...sources.map((file) => statSync(join(ROOT, 'src', file)).mtimeMs));
  if (existsSync(dist) && statSync(dist).mtimeMs > newest) return { main: dist, dispose: () => undefined };

  mkdirSync(join(ROOT, 'build'), { recursive: true });
  const directory = mkdtempSync(join(ROOT, 'build', 'muster-'));
  const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true };
  for (const file of sources) {
    const { outputText } = ts.transpileModule(readFileSync(join(ROOT, 'src', file), 'utf8'), { compilerOptions, fileName: file });
    const target = join(directory, 'dist', file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
  }
  // Where the program looks for them: beside and above itself.
  symlinkSync(join(ROOT, 'api'), join(directory, 'api'), 'junction');
  copyFileSync(join(ROOT, 'package.json'), join(directory, 'package.json'));
  return { main: join(directory, 'dist', 'main.js'), dispose: () => rmSync(directory, { recursive: true, force: true }) };
}

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningProgram {
  /** Resolves when the output holds what is waited for. Rejects when the program ends before that. */
  printed(what: RegExp): Promise<string>;
  signal(name: NodeJS.Signals): void;
  /** Resolves when it has ended and all its output has come. */
  readonly finished: Promise<Finished>;
}

/** Run `node PROGRAM ARGS` in a directory, without this process's own `MUSTER_…` settings. */
export function run(program: MusterProgram, directory: string, args: readonly string[]): RunningProgram {
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MUSTER_')));
  const child: ChildProcess = spawn(process.execPath, [program.main, ...args], {
    cwd: directory,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const waiting = new Set<() => void>();
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    for (const look of waiting) look();
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const finished = new Promise<Finished>((done) => {
    child.once('close', (code, signal) => done({ code, signal, stdout, stderr }));
  });
  return {
    printed: (what) =>
      new Promise((done, fail) => {
        const look = () => {
          if (!what.test(stdout)) return;
          waiting.delete(look);
          done(stdout);
        };
        waiting.add(look);
        look();
        void finished.then(() => fail(new Error(`muster ${args.join(' ')} ended: ${stderr}`)));
      }),
    signal: (name) => void child.kill(name),
    finished,
  };
}

export interface Ready {
  readonly ready: true;
  readonly http: string | null;
  readonly https: string | null;
  readonly tenants: readonly { readonly name: string; readonly id: string }[];
  readonly client: { readonly id: string; readonly secret: string };
  readonly ca: string | null;
}

/** The ready line of `serve --json`. */
export async function readyLine(program: RunningProgram): Promise<Ready> {
  return JSON.parse(await program.printed(/\n/)) as Ready;
}
