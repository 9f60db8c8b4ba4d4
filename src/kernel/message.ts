/** One HTTP request as the pipeline sees it: plain, frozen, free of any server library. */
export interface GraphRequest {
  /** Upper-case HTTP method. */
  readonly method: string;
  /** The raw request target, undecoded: path and query, e.g. `/beta/groups?$top=5`. */
  readonly url: string;
  /** Scheme and authority the client used, e.g. `https://localhost:8443`; contexts and links are built from it. */
  readonly origin: string;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array | undefined;
}

/** What goes back. `body` is JSON text unless the headers say otherwise, or its UTF-8 where it is long. */
export interface GraphResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}
