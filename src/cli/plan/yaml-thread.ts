/** The thread that reads a large plan, while the tenant is asked what it has. */
import { parentPort, workerData } from 'node:worker_threads';
import { readYamlPlan } from './read-yaml.js';

const { text, file } = workerData as { readonly text: string; readonly file: string };
parentPort?.postMessage(readYamlPlan(text, file));
