/**
 * Programs of this source tree in processes of their own, to be killed without warning. The TypeScript sources are transpiled as they are
 * now, so that such a test needs no build before it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

export interface CompiledSources {
  /** Path of the compiled form of a source file, e.g. `storage/testing/crash-writer.ts`. */
  program(source: string): string;
  dispose(): void;
}

/**
 * Compile rooms of `src` (e.g. `kernel`, `storage`) into a directory of the repository, where packages resolve. Tests are left out.
 */
export function compileSources(rooms: readonly string[]): CompiledSources {
  mkdirSync(join(ROOT, 'build'), { recursive: true });
  const directory = mkdtempSync(join(ROOT, 'build', 'programs-'));
  for (const room of rooms) {
    for (const file of readdirSync(join(ROOT, 'src', room), { recursive: true, encoding: 'utf8' })) {
      if (file.endsWith('.ts') && !file.endsWith('.test.ts')) transpile(join(ROOT, 'src', room, file), join(directory, room, file));
    }
  }
  return {
    program: (source) => join(directory, source.replace(/\.ts$/, '.js')),
    dispose: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function transpile(source: string, target: string): void {
  const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true };
  const { outputText } = ts.transpileModule(readFileSync(source, 'utf8'), { compilerOptions, fileName: source });
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target.replace(/\.ts$/, '.js'), outputText);
}

export interface RunningProgram {
  readonly pid: number;
  /** Whole lines of its standard output so far; a line cut off by death is not one. */
  lines(): readonly string[];
  /** Resolves when the first line has come. Rejects when the program ends before that. */
  readonly firstLine: Promise<string>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Start a compiled program. It is killed with `kill`, never asked to end. */
export function startProgram(program: string, ...args: readonly string[]): RunningProgram {
  const child: ChildProcess = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  // 'close' comes after the last output, 'exit' may come before it.
  const gone = new Promise<void>((done) => child.once('close', () => done()));
  const firstLine = new Promise<string>((first, fail) => {
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      const end = output.indexOf('\n');
      if (end >= 0) first(output.slice(0, end));
    });
    void gone.then(() => fail(new Error(`The program ended before its first line. ${errors}`)));
  });
  firstLine.catch(() => {});
  return {
    pid: child.pid ?? -1,
    lines: () => output.split('\n').slice(0, -1),
    firstLine,
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
