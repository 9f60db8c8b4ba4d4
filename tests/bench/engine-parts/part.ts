/**
 * One part of the benchmark in a process of its own, so that no part's memory weighs on another's; its figures go back as a message.
 *
 *   node part.js NAME OPTIONS_AS_JSON
 */
import { join } from 'node:path';
import type { EngineOptions, PartName } from './options.js';
import { progress } from './progress.js';
import { measureResident } from './resident.js';
import { measureSql } from './sql-baseline.js';
import { fillStore, measureStart, openStore } from './store.js';
import { createTenant, tenantSize } from './tenant.js';

type Figures = Readonly<Record<string, number>>;

const parts: Readonly<Record<PartName, (options: EngineOptions) => Promise<Figures>>> = {
  async resident({ devices, sqlSamples, root }) {
    const tenant = createTenant(tenantSize(devices));
    const { engine, figures, patchMillis, patchCounts } = measureResident(tenant);
    if (sqlSamples === 0) return figures;
    const sql = await measureSql(tenant, engine, patchCounts, sqlSamples, join(root, 'build'));
    return {
      ...figures,
      sqlMedianMillis: sql.medianMillis,
      sqlP99Millis: sql.p99Millis,
      timesSqlMedian: sql.medianMillis / (figures.impactMedianMillis ?? Number.NaN),
      timesSqlP99: sql.p99Millis / (figures.impactP99Millis ?? Number.NaN),
      patches: patchMillis.length,
    };
  },
  async fill({ devices, folder, root }) {
    const store = await openStore(folder);
    await fillStore(store, createTenant(tenantSize(devices)), root);
    await store.close();
    return {};
  },
  async start({ devices, folder }) {
    const store = await openStore(folder);
    const { seconds, save } = await measureStart(store, createTenant(tenantSize(devices)), folder);
    progress(`started from the store: ${seconds.toFixed(1)} s`);
    const saveSnapshotSeconds = await save();
    await store.close();
    return { startFromStoreSeconds: seconds, saveSnapshotSeconds };
  },
  async snapshot({ devices, folder }) {
    const store = await openStore(folder);
    const { seconds } = await measureStart(store, createTenant(tenantSize(devices)), folder);
    await store.close();
    return { startFromSnapshotSeconds: seconds };
  },
};

// Without the process that asked for it, a part is of no use.
process.on('disconnect', () => process.exit(1));

const [name = '', options = '{}'] = process.argv.slice(2);
const part = parts[name as PartName];
if (part === undefined) throw new Error(`there is no part '${name}'`);
const figures = await part(JSON.parse(options) as EngineOptions);
process.send?.(figures, () => process.exit());
