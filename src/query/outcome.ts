/** What an operation came to, before it is written as OData JSON: the value that `domain` hands to `odata/serialize`. */
import type { JsonObject, JsonValue } from '../kernel/json.js';
import type { NavigationProperty, StructuredType } from '../model/schema.js';
import type { KeptPlace } from './kept-place.js';
import type { QueryOptions } from './plan.js';

/** One entity to show, as the asked API version knows it. */
export interface Item {
  /** Where it lives: containment path and the ids on the way, for contexts and links. */
  readonly set: string;
  readonly parent: string;
  readonly id: string;
  /** Runtime type, in the schema of the plan. */
  readonly type: StructuredType;
  /** Whole wire JSON, as stored or projected. Equal in content to `json()`. */
  readonly text: string;
  readonly json: () => JsonObject;
  readonly version: number;
  readonly expanded: readonly Expanded[];
  /** Of the stored entity, where that and the asked version alone decide on the item; what is expanded has places of its own. */
  readonly place?: KeptPlace | undefined;
}

export interface Expanded {
  readonly property: NavigationProperty;
  readonly form: 'entities' | 'references' | 'count';
  /** By which the page was made, and its items are shown. */
  readonly options: QueryOptions;
  /** The page of related entities; for a single-valued property none or one. */
  readonly page: Page;
}

export interface Page {
  readonly items: readonly Item[];
  /** When `$count` asked. */
  readonly count: number | undefined;
  /** How many items lie before the next page; undefined on the last one. */
  readonly nextSkip: number | undefined;
}

/** Complex values: the same without identity. */
export interface RowPage {
  readonly rows: readonly JsonObject[];
  /** When `$count` asked. */
  readonly count: number | undefined;
  /** Where the next page begins; undefined on the last one. */
  readonly nextSkip: number | undefined;
}

/** The set that a collection or entity is shown as a member of. */
export interface SetAddress {
  readonly set: string;
  readonly parent: string;
  /** Declared type of the set's members; items of another type show their `@odata.type`. */
  readonly type: StructuredType;
}

export type Outcome =
  /** `composed`: more shows than is stored with the entity, so that its version does not say whether the answer has changed. */
  | {
      readonly kind: 'entity';
      readonly status: 200 | 201;
      readonly address: SetAddress;
      readonly item: Item;
      readonly composed?: boolean;
      /** What a write answers with where the client states no preference; the object where it is not given. */
      readonly returns?: 'representation' | 'minimal';
    }
  | { readonly kind: 'collection'; readonly address: SetAddress; readonly page: Page }
  | { readonly kind: 'references'; readonly address: SetAddress; readonly page: Page; readonly single: boolean }
  | { readonly kind: 'count'; readonly count: number }
  /** A property of an entity, or what a function returned. `typeName` as in a context: `Edm.String`, `Collection(microsoft.graph.x)`. */
  | {
      readonly kind: 'value';
      readonly typeName: string;
      readonly value: JsonValue;
      readonly raw: boolean;
      /** Of a collection, whose `value` is one page of it. */
      readonly page?: Pick<Page, 'count' | 'nextSkip'>;
    }
  /** What a function returned as complex values: a page of a collection of them, or a single one. `$select` is the writer's affair. */
  | { readonly kind: 'rows'; readonly type: StructuredType; readonly single: boolean; readonly page: RowPage }
  /** What an operation returns as Edm.Stream: 200 with this body. */
  | { readonly kind: 'stream'; readonly mediaType: string; readonly body: string }
  /** No body; 204 where no status is given. */
  | { readonly kind: 'none'; readonly status?: 200 | 204 };
