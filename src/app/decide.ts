/** Optimistic writing: decide on what was read, commit if it still stands, decide again if not. */
import type { DomainContext } from '../domain/context.js';
import { createOverlay, type Overlay } from '../domain/impact/overlay.js';
import { perform } from '../domain/perform.js';
import { BasisChanged } from '../domain/resident.js';
import type { Rehearsal } from '../engine/targeting/index.js';
import { graphError } from '../kernel/errors.js';
import type { JsonValue } from '../kernel/json.js';
import type { Schema } from '../model/schema.js';
import type { Outcome } from '../query/outcome.js';
import type { Plan } from '../query/plan.js';
import { VersionConflict } from '../storage/change-set.js';
import type { TypeContext } from '../storage/selection.js';
import type { Change, Store } from '../storage/store.js';
import { storeTypes } from './store-types.js';

/** A write that has been decided, not yet made. */
export interface Measurement {
  /** As the store will write them. */
  readonly records: readonly Change[];
  readonly rehearsal: Rehearsal;
  /** What it will leave behind. */
  readonly after: Overlay;
}

/** How often a write whose basis changed under it is decided again before the client hears of it. */
export const ATTEMPTS = 32;

/** Whether an attempt failed for no other reason than that somebody else was first. */
export function wasOvertaken(error: unknown, attempt: number): boolean {
  if (!(error instanceof VersionConflict) && !(error instanceof BasisChanged)) return false;
  if (attempt >= ATTEMPTS) throw graphError('conflict', { reason: 'The resource is being changed by others. Repeat the request.' });
  return true;
}

/** @throws GraphError whatever is wrong; nothing was written then */
export async function decideAndCommit(plan: Plan, body: JsonValue | undefined, context: DomainContext, store: Store): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    const { outcome, changes } = await perform(plan, body, context);
    if (changes === undefined) return outcome;
    try {
      await store.commit(changes);
      return outcome;
    } catch (error) {
      if (!wasOvertaken(error, attempt)) throw error;
    }
  }
}

/**
 * The same, with what the write does to who gets what worked out before it is committed. What is committed is what was measured.
 * @param context reads what is durable, as the engine does
 * @param admit told of the impact before the write; what it throws prevents it
 * @returns `admitted`: what `admit` answered; undefined where there was nothing to write
 */
export async function decideMeasured<T>(
  plan: Plan,
  body: JsonValue | undefined,
  context: DomainContext,
  store: Store,
  admit: (measured: Measurement) => Promise<T>,
): Promise<{ readonly outcome: Outcome; readonly admitted: T | undefined }> {
  for (let attempt = 1; ; attempt++) {
    const sequence = await context.changes.latest();
    const { outcome, changes } = await perform(plan, body, context);
    if (changes === undefined) return { outcome, admitted: undefined };
    const overlay = createOverlay(store, context.tenant, typesOf(context.beta, context.now));
    try {
      const records = await overlay.apply(changes);
      const rehearsal = await context.resident.rehearse([records], { sequence, restsOn: overlay.restsOn });
      const admitted = await admit({ records, rehearsal, after: overlay });
      await store.commit(changes);
      return { outcome, admitted };
    } catch (error) {
      if (!wasOvertaken(error, attempt)) throw error;
    }
  }
}

/** What the model says of types, at one moment. */
export function typesOf(beta: Schema, now: number): TypeContext {
  return storeTypes(beta, () => now);
}
