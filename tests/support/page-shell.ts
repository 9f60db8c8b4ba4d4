/** One shell in which the blocks of a page are run one after the other, as in a reader's terminal. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface PageShell {
  /** @returns undefined for the exit code when the shell itself has ended, as it does at the first command that fails */
  run(script: string): Promise<{ readonly code: number | undefined; readonly stdout: string; readonly stderr: string }>;
  close(): Promise<void>;
}

/** Longer than any block takes on a busy machine, milliseconds. */
const PATIENCE = 90_000;

export function openShell(directory: string, environment: NodeJS.ProcessEnv): PageShell {
  const blocks = join(directory, '.blocks');
  mkdirSync(blocks);
  const child = spawn('bash', ['--noprofile', '--norc'], {
    cwd: directory,
    env: environment,
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  // With whatever its blocks have started and left.
  const end = () => {
    try {
      process.kill(-(child.pid as number), 'SIGKILL');
    } catch {
      // Nothing of it is left.
    }
  };
  const ended = once(child, 'exit').then(() => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  // A failed command ends the shell, in a pipeline too.
  child.stdin.write('set -eo pipefail\n');
  // Writing to a shell that has ended: its end is what is reported.
  child.stdin.on('error', () => undefined);
  let count = 0;
  return {
    async run(script) {
      count += 1;
      const file = join(blocks, `${count}.sh`);
      const out = join(blocks, `${count}.out`);
      const err = join(blocks, `${count}.err`);
      writeFileSync(file, script);
      child.stdin.write(`. '${file}' >'${out}' 2>'${err}' </dev/null; echo "$?"\n`);
      const late = setTimeout(end, PATIENCE);
      const answer = await Promise.race([lines.next(), ended]);
      clearTimeout(late);
      const code = answer === undefined || answer.done === true ? undefined : Number(answer.value);
      return { code, stdout: readFileSync(out, 'utf8'), stderr: readFileSync(err, 'utf8') };
    },
    async close() {
      end();
      await ended;
    },
  };
}
