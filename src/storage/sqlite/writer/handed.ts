/** What has been handed to the writer: what plain reads do not show yet, and what cannot be there because nobody ever wrote it. */
import type { ChangeSet } from '../../change-set.js';
import type { EntityKey } from '../../store.js';
import { createIdFilter, type IdFilter } from './id-filter.js';

interface SetTrace {
  /** Handed over and not known to be durable: names of entities. */
  pending: Set<string>;
  /** Of these, those that are being made durable. */
  settling: Set<string>;
  /** Every name that was handed over since the set was empty; undefined for a set that was not. */
  readonly ever: IdFilter | undefined;
}

export interface Handed {
  /** The set was empty, or was not, before anything was handed over for it; said once, before anything else is asked or noted of it. */
  begin(tenant: string, set: string, isEmpty: boolean): void;
  hasBegun(tenant: string, set: string): boolean;
  note(changes: ChangeSet): void;
  /** Whether plain reads may not show it as it will be. */
  isPending(tenant: string, key: EntityKey): boolean;
  /** False: there is none, and was none. */
  mayExist(tenant: string, key: EntityKey): boolean;
  isSetPending(tenant: string, set: string): boolean;
  areLinksPending(tenant: string, kind: string): boolean;
  /** All that was noted is being made durable. @returns to be called when it is */
  settle(): () => void;
  /** All of it is gone. */
  forget(): void;
}

const nameOf = ({ parent, id }: EntityKey) => (parent === '' ? id : `${parent}\0${id}`);

export function createHanded(): Handed {
  const tenants = new Map<string, Map<string, SetTrace>>();
  let links = new Set<string>();
  let settlingLinks = new Set<string>();

  const traceOf = (tenant: string, set: string) => tenants.get(tenant)?.get(set);
  const traces = () => [...tenants.values()].flatMap((sets) => [...sets.values()]);

  function begin(tenant: string, set: string, isEmpty: boolean): void {
    let sets = tenants.get(tenant);
    if (sets === undefined) {
      sets = new Map();
      tenants.set(tenant, sets);
    }
    if (!sets.has(set)) sets.set(set, { pending: new Set(), settling: new Set(), ever: isEmpty ? createIdFilter() : undefined });
  }

  return {
    begin,
    hasBegun: (tenant, set) => traceOf(tenant, set) !== undefined,
    note({ tenant, operations }) {
      let set = '';
      let trace: SetTrace | undefined;
      for (const operation of operations) {
        if (operation.kind === 'link' || operation.kind === 'unlink') {
          links.add(`${tenant}\0${operation.link.kind}`);
          continue;
        }
        if (trace === undefined || operation.key.set !== set) {
          set = operation.key.set;
          begin(tenant, set, false);
          trace = traceOf(tenant, set)!;
        }
        const name = nameOf(operation.key);
        trace.pending.add(name);
        if (operation.kind === 'put') trace.ever?.add(name);
      }
    },
    isPending(tenant, key) {
      const trace = traceOf(tenant, key.set);
      if (trace === undefined || (trace.pending.size === 0 && trace.settling.size === 0)) return false;
      const name = nameOf(key);
      return trace.pending.has(name) || trace.settling.has(name);
    },
    mayExist: (tenant, key) => traceOf(tenant, key.set)?.ever?.mayHave(nameOf(key)) ?? true,
    isSetPending(tenant, set) {
      const trace = traceOf(tenant, set);
      return trace !== undefined && trace.pending.size + trace.settling.size > 0;
    },
    areLinksPending: (tenant, kind) => links.has(`${tenant}\0${kind}`) || settlingLinks.has(`${tenant}\0${kind}`),
    settle() {
      for (const trace of traces()) {
        trace.settling = trace.pending;
        trace.pending = new Set();
      }
      settlingLinks = links;
      links = new Set();
      return () => {
        for (const trace of traces()) trace.settling = new Set();
        settlingLinks = new Set();
      };
    },
    forget() {
      for (const trace of traces()) {
        trace.pending = new Set();
        trace.settling = new Set();
      }
      links = new Set();
      settlingLinks = new Set();
    },
  };
}
