/** docs/reference/plan.schema.json: what `muster plan --schema` prints. */
import { planSchema } from '../../src/cli/plan/schema.js';

export const planSchemaText = (): string => `${JSON.stringify(planSchema, null, 2)}\n`;
