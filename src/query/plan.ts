/**
 * What one request asks for, bound to the model: the value that `odata/bind` hands to `domain` and `odata/serialize`.
 */
import type { JsonValue } from '../kernel/json.js';
import type { ApiVersion, NavigationProperty, Operation, Property, StructuredType } from '../model/schema.js';
import type { Expression, OrderBy } from './expression.js';

/** One step of a bound path, left to right. */
export type PathStep =
  /** `/deviceManagement`, `/me` */
  | { readonly kind: 'singleton'; readonly name: string; readonly type: StructuredType }
  /** `/groups` */
  | { readonly kind: 'entitySet'; readonly name: string; readonly type: StructuredType }
  /** `/assignments`, `/rootCertificate`: declared on the static type. */
  | { readonly kind: 'navigation'; readonly property: NavigationProperty }
  /**
   * A navigation property that only types derived from the static type declare (the documentation's cast-less certificate paths): every
   * candidate, by declaring type; the runtime type of the entity decides (quirk nestedPathsUnused).
   */
  | { readonly kind: 'derivedNavigation'; readonly name: string; readonly candidates: readonly NavigationProperty[] }
  /** `name`: the property of an alternate key, `devices(deviceId='…')`; undefined for the id. */
  | { readonly kind: 'key'; readonly value: string; readonly name?: string }
  | { readonly kind: 'cast'; readonly type: StructuredType }
  | { readonly kind: 'property'; readonly property: Property };

export type PlanOperation =
  | 'get'
  | 'list'
  | 'count'
  | 'create'
  | 'update'
  | 'replace'
  | 'delete'
  /** `…/$ref`: read the reference(s), PUT, POST, DELETE one. */
  | 'getReference'
  | 'setReference'
  | 'addReference'
  | 'removeReference'
  /** A structural property, or its raw `/$value`. */
  | 'getProperty'
  | 'getValue'
  | 'call';

/** Operations that change nothing; a call reads when it is of a function. */
export const READ_OPERATIONS: ReadonlySet<PlanOperation> = new Set(['get', 'list', 'count', 'getReference', 'getProperty', 'getValue']);

export interface SelectItem {
  /** Property name on the type, or on `cast` when given (`microsoft.graph.X/prop`). */
  readonly name: string;
  readonly cast: StructuredType | undefined;
  /** Nested path below a complex property, e.g. `target/groupId`. */
  readonly path: readonly string[];
  /** As the client wrote it, for the context URL. */
  readonly text: string;
}

export interface ExpandItem {
  readonly property: NavigationProperty;
  /** Set when the client wrote `microsoft.graph.X/nav`. */
  readonly cast: StructuredType | undefined;
  readonly options: QueryOptions;
  /** `nav/$ref` or `nav/$count` in the expand item. */
  readonly form: 'entities' | 'references' | 'count';
  /** How often the property is followed, one after the other, with the same options; more than once only where it is single-valued. */
  readonly levels: number;
}

export interface QueryOptions {
  /** Undefined or empty: everything. */
  readonly select: readonly SelectItem[] | undefined;
  readonly expand: readonly ExpandItem[];
  readonly filter: Expression | undefined;
  readonly orderBy: readonly OrderBy[];
  readonly top: number | undefined;
  readonly skip: number | undefined;
  /** `$count=true` */
  readonly count: boolean;
  readonly search: string | undefined;
  /** The opaque token of a next link, as sent. */
  readonly skipToken: string | undefined;
}

export interface Preferences {
  readonly return: 'minimal' | 'representation' | undefined;
  readonly maxPageSize: number | undefined;
  readonly includeUnknownEnumMembers: boolean;
  /** The annotations asked for, e.g. `muster.*`. */
  readonly includeAnnotations: string | undefined;
}

export type MetadataLevel = 'none' | 'minimal' | 'full';

export interface Plan {
  readonly version: ApiVersion;
  readonly method: string;
  readonly operation: PlanOperation;
  readonly path: readonly PathStep[];
  /** Static type of what the path ends in; undefined for operations that return none or a primitive. */
  readonly type: StructuredType | undefined;
  /** True when the path ends in a collection. */
  readonly collection: boolean;
  /** The bound action or function, with the arguments found in the URL (functions). */
  readonly call: { readonly operation: Operation; readonly arguments: Readonly<Record<string, JsonValue>> } | undefined;
  readonly options: QueryOptions;
  readonly prefer: Preferences;
  readonly metadata: MetadataLevel;
  readonly ieee754Compatible: boolean;
  /** `ConsistencyLevel: eventual`, which the directory asks for with advanced queries. */
  readonly eventual: boolean;
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  /** Path and query as sent, for links (`@odata.nextLink`) and error texts. */
  readonly url: { readonly path: string; readonly query: string };
}
