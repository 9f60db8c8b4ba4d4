import type { Command } from 'commander';

/** Flags of the limits that plan and apply keep. */
export function addGuardFlags(command: Command): Command {
  return command
    .option('--max-affected <devices>', 'stop when more different devices would gain, lose or have removed anything')
    .option('--max-lost <devices>', 'stop when more different devices would lose a policy')
    .option('--max-removed <devices>', 'stop when a policy would become removed on more different devices')
    .option('--fail-on-risk', 'stop when the change carries a risk')
    .option('--fail-on-finding', 'stop when an assignment would not do what it seems to')
    .option('--model <tenant>', 'with --graph: the copy of the live tenant here, in which the impact is worked out');
}
