/**
 * What every store must do, whatever it keeps its data in. An adapter's test calls `storeContract`; what the suite asks is the meaning of
 * the port.
 */
import { afterEach, beforeEach, describe } from 'vitest';
import type { Store } from '../store.js';
import { historyContract } from './contract-histories.js';
import { listContract } from './contract-lists.js';
import { readingContract } from './contract-reading.js';
import { scanningContract } from './contract-scanning.js';
import { tenantContract } from './contract-tenants.js';
import { writingContract } from './contract-writing.js';
import { OTHER_TENANT, TENANT, tenantRecord } from './samples.js';

/** One store under test. */
export interface OpenedStore {
  readonly store: Store;
  /** Durable stores: close and open again on the same data. */
  reopen?(): Promise<Store>;
  /** Release everything, also after `reopen`. */
  dispose(): Promise<void>;
}

/** The store of the running test; tenants TENANT and OTHER_TENANT exist in it. */
export interface Subject {
  store(): Store;
  /** Undefined where the store forgets. */
  reopen(): Promise<Store> | undefined;
}

export interface ContractOptions {
  /** A change set is durable as soon as it is accepted, so that plain reads show what pending reads show. */
  readonly durableAtOnce?: boolean;
}

export function storeContract(name: string, open: () => Promise<OpenedStore>, { durableAtOnce = false }: ContractOptions = {}): void {
  describe(`${name} keeps the contract of stores`, () => {
    let opened: OpenedStore;
    let current: Store;
    const subject: Subject = {
      store: () => current,
      reopen() {
        const again = opened.reopen?.();
        return again?.then((store) => {
          current = store;
          return store;
        });
      },
    };

    beforeEach(async () => {
      opened = await open();
      current = opened.store;
      await current.createTenant(tenantRecord(TENANT));
      await current.createTenant(tenantRecord(OTHER_TENANT));
    });
    afterEach(() => opened.dispose());

    readingContract(subject);
    scanningContract(subject);
    listContract(subject);
    writingContract(subject, durableAtOnce);
    tenantContract(subject);
    historyContract(open);
  });
}
