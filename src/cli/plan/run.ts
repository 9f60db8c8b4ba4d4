/** `muster plan FILE|DIR` */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { didYouMean } from '../../config/words.js';
import { CommandFailed } from '../command-failed.js';
import type { PlanFlags } from '../commands/plan.js';
import type { Composition, Terminal } from '../composition.js';
import { connect } from '../graph/connect.js';
import { coloursFor } from '../render/colours.js';
import { jsonText } from '../render/table.js';
import { guardOf } from './guard.js';
import { connectModel } from './model-tenant.js';
import { prepare } from './prepare.js';
import { isLargePlan, readPlan } from './read.js';
import { type PlanReport, reportOf } from './report.js';

export const UNCHANGED = 0;
export const FAILED = 1;
export const CHANGED = 2;
export const OVER = 3;

const forms = ['text', 'json', 'markdown', 'junit', 'sarif'] as const;
type Form = (typeof forms)[number];

/** @returns 0: nothing would change; 2: something would; 3: more than the limits allow; 1: the tenant would refuse a part */
export async function plan(file: string | undefined, flags: PlanFlags, composition: Composition, terminal: Terminal): Promise<number> {
  if (flags.schema === true) {
    const { planSchema } = await import('./schema.js');
    terminal.out(jsonText(planSchema));
    return UNCHANGED;
  }
  if (flags.current === true) return await writeCurrent(file, flags, composition, terminal);
  if (file === undefined) {
    throw new CommandFailed('Say which plan: a file or a directory. muster plan --current writes one of what is assigned now.');
  }
  const form = forms.find((known) => known === flags.output.toLowerCase());
  if (form === undefined)
    throw new CommandFailed(`--output '${flags.output}' is not one of ${forms.join(', ')}${didYouMean(flags.output, forms)}`);
  const guard = guardOf(flags);
  const reading = readPlan(file, terminal.workingDirectory);
  // Told by whoever waits for it below.
  reading.catch(() => undefined);
  const written = (await isLargePlan(file, terminal.workingDirectory)) ? reading : await reading;
  const connection = await connect(flags, composition, terminal);
  const model = await connectModel(flags, connection, composition, terminal);
  try {
    const prepared = await prepare(written, { file, guard, quiet: flags.quiet === true, model }, connection, terminal);
    const report = reportOf(prepared, connection.name);
    const output = await render(report, form, flags.out === undefined, flags.verbose === true, terminal);
    if (flags.out === undefined) await terminal.send(output);
    else {
      await writeOut(resolve(terminal.workingDirectory, flags.out), output);
      if (form !== 'text') await terminal.send(await render(report, 'text', true, flags.verbose === true, terminal));
    }
    return exitCode(report);
  } finally {
    await model?.close();
    await connection.close();
  }
}

async function writeCurrent(file: string | undefined, flags: PlanFlags, composition: Composition, terminal: Terminal): Promise<number> {
  if (file !== undefined) throw new CommandFailed(`--current reads no plan: leave ${file} away, or say --out ${file}.`);
  const { currentPlan } = await import('./current.js');
  const connection = await connect(flags, composition, terminal);
  try {
    const text = await currentPlan(connection, flags.quiet === true, terminal);
    if (flags.out === undefined) await terminal.send(text);
    else await writeOut(resolve(terminal.workingDirectory, flags.out), text);
    return UNCHANGED;
  } finally {
    await connection.close();
  }
}

async function writeOut(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailed(`--out ${path} cannot be written (${error.code ?? error.message}).`);
  });
}

export function exitCode({ policies, over }: Pick<PlanReport, 'policies' | 'over'>): number {
  if (policies.some(({ refusal }) => refusal !== undefined)) return FAILED;
  if (over.length > 0) return OVER;
  return policies.length > 0 ? CHANGED : UNCHANGED;
}

async function render(report: PlanReport, form: Form, screen: boolean, verbose: boolean, terminal: Terminal): Promise<string> {
  switch (form) {
    case 'json':
      return jsonText(report);
    case 'markdown':
      return (await import('./output/markdown.js')).markdownReport(report);
    case 'junit':
      return (await import('./output/junit.js')).junitReport(report);
    case 'sarif':
      return jsonText((await import('./output/sarif.js')).sarifReport(report, terminal.version));
    case 'text': {
      const colours = await coloursFor(screen ? terminal : { ...terminal, outInteractive: false });
      return (await import('./output/text.js')).textReport(report, colours, verbose);
    }
  }
}
