import { readFileSync } from 'node:fs';
import type { GraphRequest } from '../../kernel/message.js';
import { loadSchema } from '../../model/load-schema.js';
import type { ApiVersion, Schema } from '../../model/schema.js';
import type { Plan } from '../../query/plan.js';
import { bind } from '../bind.js';

function load(version: ApiVersion): Schema {
  const file = new URL(`../../../api/model/${version}/schema.json`, import.meta.url);
  return loadSchema(version, JSON.parse(readFileSync(file, 'utf8')));
}

/** The generated models, as they are served. */
export const beta = load('beta');
export const v1 = load('v1.0');

/** A request without a body, from one line: `PATCH /beta/groups/x`. */
export function request(line: string, headers: Readonly<Record<string, string>> = {}): GraphRequest {
  const space = line.indexOf(' ');
  return { method: line.slice(0, space), url: line.slice(space + 1), origin: 'https://localhost', headers, body: undefined };
}

export function plan(line: string, headers: Readonly<Record<string, string>> = {}): Plan {
  return bind(request(line, headers), beta);
}

/** The path of a plan on one line: `deviceManagement/deviceConfigurations/'x'/<type>/?derived/assignments`. */
export function steps(plan: Plan): string {
  return plan.path
    .map((step) => {
      switch (step.kind) {
        case 'key':
          return `'${step.value}'`;
        case 'cast':
          return `<${step.type.name}>`;
        case 'navigation':
        case 'property':
          return step.property.name;
        case 'derivedNavigation':
          return `?${step.name}`;
        default:
          return step.name;
      }
    })
    .join('/');
}
