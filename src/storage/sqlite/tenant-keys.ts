/** The tenants as the writer knows them: their numbers, and how far their sequences have come, committed or not. */
import type { TenantRecord } from '../store.js';
import type { SqliteDatabase } from './connection.js';

export interface Tenant {
  readonly key: number;
  /** Sequence number of the last commit, durable or pending. */
  sequence: number;
}

export interface TenantKeys {
  find(id: string): Tenant | undefined;
  /** Count a tenant's sequence up, in memory; `save` writes it. */
  advance(tenant: Tenant): void;
  /** Write the sequences that were counted up, once for a whole transaction. */
  save(): void;
  create(record: TenantRecord): void;
  /** With all its data. */
  remove(id: string): void;
  /** Read again what the database says. */
  reload(): void;
}

export function createTenantKeys(database: SqliteDatabase): TenantKeys {
  const tenants = new Map<string, Tenant>();
  const advanced = new Set<Tenant>();
  const selectAll = database.prepare('SELECT id, key, sequence FROM tenants');
  const insert = database.prepare('INSERT INTO tenants (id, name, created_at) VALUES (?, ?, ?)');
  const update = database.prepare('UPDATE tenants SET sequence = ? WHERE key = ?');
  const deletes = ['entities WHERE tenant', 'links WHERE tenant', 'changes WHERE tenant', 'tenants WHERE key'].map((rows) =>
    database.prepare(`DELETE FROM ${rows} = ?`),
  );

  function reload(): void {
    tenants.clear();
    advanced.clear();
    for (const { id, key, sequence } of selectAll.all() as { id: string; key: number; sequence: number }[])
      tenants.set(id, { key, sequence });
  }

  reload();
  return {
    find: (id) => tenants.get(id),
    advance(tenant) {
      tenant.sequence += 1;
      advanced.add(tenant);
    },
    save() {
      for (const tenant of advanced) update.run(tenant.sequence, tenant.key);
      advanced.clear();
    },
    create({ id, name, createdAt }) {
      if (tenants.has(id)) return;
      const { lastInsertRowid } = insert.run(id, name, createdAt);
      tenants.set(id, { key: Number(lastInsertRowid), sequence: 0 });
    },
    remove(id) {
      const tenant = tenants.get(id);
      if (tenant === undefined) return;
      for (const statement of deletes) statement.run(tenant.key);
      tenants.delete(id);
      advanced.delete(tenant);
    },
    reload,
  };
}
