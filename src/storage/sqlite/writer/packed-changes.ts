/** Change sets on their way to another thread: operations that are alike as one run, for many small objects cost more to carry than to make. */
import type { Frame } from '../../../kernel/framed-text.js';
import type { JsonObject } from '../../../kernel/json.js';
import { type ChangeOperation, type ChangeSet, type Expectation, FramedPut } from '../../change-set.js';
import type { EntityKey, Link } from '../../store.js';

interface PutRun {
  readonly kind: 'put';
  readonly set: string;
  readonly parent: string;
  readonly type: string;
  readonly recorded: boolean;
  /** Number of the frame that the texts are fillings of; undefined where they are whole. */
  readonly frame: number | undefined;
  /** Whether none of them is there yet. */
  readonly fresh: boolean;
  readonly ids: string[];
  readonly texts: string[];
}

interface LinkRun {
  readonly kind: 'link';
  readonly linkKind: string;
  readonly toSet: string;
  readonly from: string[];
  readonly to: string[];
}

interface Single {
  readonly kind: 'single';
  readonly operation: ChangeOperation;
}

export interface PackedChanges {
  readonly tenant: string;
  readonly actor: JsonObject;
  readonly at: string;
  /** Those that were not carried before. */
  readonly frames: readonly (Frame & { readonly number: number })[];
  readonly runs: readonly (PutRun | LinkRun | Single)[];
}

/**
 * Packs change sets of one who alone writes: what they expect has been found so. That an entity is not there is handed on, for whoever inserts it
 * need not look for it; every other expectation is left out.
 */
export function createPacker(): (changes: ChangeSet) => PackedChanges {
  const numbers = new Map<Frame, number>();

  return ({ tenant, actor, at, expect, operations }) => {
    const isAbsent = absentIn(expect);
    const frames: (Frame & { readonly number: number })[] = [];
    const runs: (PutRun | LinkRun | Single)[] = [];
    let put: PutRun | undefined;
    let links: LinkRun | undefined;

    const numberOf = (frame: Frame): number => {
      let number = numbers.get(frame);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(frame, number);
        frames.push({ ...frame, number });
      }
      return number;
    };

    for (const operation of operations) {
      if (operation.kind === 'put') {
        const { key, type, framed, recorded = true } = operation;
        const fresh = isAbsent(key);
        const frame = framed === undefined ? undefined : numberOf(framed.frame);
        const isAlike =
          put?.set === key.set &&
          put.parent === key.parent &&
          put.type === type &&
          put.recorded === recorded &&
          put.frame === frame &&
          put.fresh === fresh;
        if (!isAlike) {
          put = { kind: 'put', set: key.set, parent: key.parent, type, recorded, frame, fresh, ids: [], texts: [] };
          runs.push(put);
        }
        put!.ids.push(key.id);
        put!.texts.push(framed === undefined ? operation.json : framed.fillings);
        links = undefined;
      } else if (operation.kind === 'link') {
        const { kind, from, to, toSet } = operation.link;
        if (links?.linkKind !== kind || links.toSet !== toSet) {
          links = { kind: 'link', linkKind: kind, toSet, from: [], to: [] };
          runs.push(links);
        }
        links.from.push(from);
        links.to.push(to);
        put = undefined;
      } else {
        runs.push({ kind: 'single', operation });
        put = undefined;
        links = undefined;
      }
    }
    return { tenant, actor, at, frames, runs };
  };
}

/** Whether an entity is expected not to be there. */
function absentIn(expect: readonly Expectation[]): (key: EntityKey) => boolean {
  const sets = new Map<string, Set<string>>();
  for (const expectation of expect) {
    if (expectation.kind === 'link' || expectation.version !== 0) continue;
    const { set, parent, id } = expectation.key;
    let names = sets.get(set);
    if (names === undefined) {
      names = new Set();
      sets.set(set, names);
    }
    names.add(parent === '' ? id : `${parent}\0${id}`);
  }
  return ({ set, parent, id }) => sets.get(set)?.has(parent === '' ? id : `${parent}\0${id}`) ?? false;
}

/** The other end of `createPacker`: must be given all that it packs, in order. */
export function createUnpacker(): (packed: PackedChanges) => ChangeSet {
  const frames = new Map<number, Frame>();

  return ({ tenant, actor, at, frames: made, runs }) => {
    for (const { number, text, ends } of made) frames.set(number, { text, ends });
    const expect: Expectation[] = [];
    const operations: ChangeOperation[] = [];
    for (const run of runs) {
      if (run.kind === 'single') operations.push(run.operation);
      else if (run.kind === 'link') {
        for (let n = 0; n < run.from.length; n += 1) {
          const link: Link = { kind: run.linkKind, from: run.from[n]!, to: run.to[n]!, toSet: run.toSet };
          operations.push({ kind: 'link', link });
        }
      } else {
        const { set, parent, type, recorded } = run;
        const frame = run.frame === undefined ? undefined : frames.get(run.frame);
        for (let n = 0; n < run.ids.length; n += 1) {
          const key = { set, parent, id: run.ids[n]! };
          const text = run.texts[n]!;
          if (run.fresh) expect.push({ kind: 'version', key, version: 0 });
          if (frame !== undefined) operations.push(new FramedPut(key, type, { frame, fillings: text }));
          else operations.push(recorded ? { kind: 'put', key, type, json: text } : { kind: 'put', key, type, json: text, recorded });
        }
      }
    }
    return { tenant, actor, at, expect, operations };
  };
}
