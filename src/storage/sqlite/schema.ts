/**
 * The tables, as the first migration makes them. Later changes are migrations of their own; this text is never edited.
 *
 * Set names, type names and link kinds repeat in every row, so they are kept once, in `names`, and rows hold their small numbers. Tenant
 * numbers are never used again (AUTOINCREMENT): a tenant that is removed and made anew is a new one to every cache.
 * Entities and changes are ordinary rowid tables with an index, for their rows are too long to sit well in an index tree. The row number
 * of an entity begins with the number of its set (see SET_ROWS), so that the small rows of one set share pages instead of lying between
 * the long rows of another: a commit writes whole pages.
 */
export const FIRST_SCHEMA = `
  CREATE TABLE tenants (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    sequence INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE names (
    key INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
  ) STRICT;

  CREATE TABLE entities (
    key INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    entity_set INTEGER NOT NULL,
    parent TEXT NOT NULL,
    id TEXT NOT NULL,
    type INTEGER NOT NULL,
    version INTEGER NOT NULL,
    recorded INTEGER NOT NULL,
    json TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX entities_by_key ON entities (tenant, entity_set, parent, id);

  CREATE TABLE links (
    tenant INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    from_id TEXT NOT NULL,
    to_id TEXT NOT NULL,
    to_set INTEGER NOT NULL,
    PRIMARY KEY (tenant, kind, from_id, to_id)
  ) WITHOUT ROWID, STRICT;
  CREATE UNIQUE INDEX links_by_target ON links (tenant, kind, to_id, from_id, to_set);

  -- at and actor stand at ordinal 0 alone and hold for the whole commit. kind: see CHANGE_KINDS. An entity's change has entity_set, parent,
  -- id, type, before, after; a link's change has link_kind, from_id, to_id, to_set.
  CREATE TABLE changes (
    tenant INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    at TEXT,
    actor TEXT,
    entity_set INTEGER,
    parent TEXT,
    id TEXT,
    type INTEGER,
    before TEXT,
    after TEXT,
    link_kind INTEGER,
    from_id TEXT,
    to_id TEXT,
    to_set INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX changes_by_sequence ON changes (tenant, sequence, ordinal);
`;

/**
 * A new entity's text is held once: the record of its first put leaves it out and says FIRST_ELSEWHERE. While the entity stays as it was put,
 * the text is the entity's own; the record that ends it takes the text into its `before` and says FIRST_HERE, or FIRST_UNSEEN where that
 * record itself is to show nothing of it. Between two first puts of a key (it was deleted meanwhile) there is exactly one such record.
 */
export const SHORT_TEXTS_SCHEMA = `
  ALTER TABLE changes ADD COLUMN first_text INTEGER;
  -- What many texts share: see frames.ts.
  CREATE TABLE frames (
    key INTEGER PRIMARY KEY,
    text TEXT NOT NULL,
    ends TEXT NOT NULL
  ) STRICT;
  CREATE INDEX changes_by_first_text ON changes (tenant, entity_set, parent, id, sequence, ordinal) WHERE first_text > 1;
`;

export const FIRST_ELSEWHERE = 1;
export const FIRST_HERE = 2;
export const FIRST_UNSEEN = 3;

/** What `entities.recorded` says: its text stays out of the change records, or stands in them, or is a first text that only the entity holds. */
export const UNRECORDED = 0;
export const RECORDED = 1;
export const FIRST_TEXT = 2;

/** Entities of set number n have the row numbers n * SET_ROWS and up: room for 2^36 rows in each of 2^17 sets within exact integers. */
export const SET_ROWS = 2 ** 36;

/** What `changes.kind` counts. */
export const CHANGE_KINDS = ['put', 'delete', 'link', 'unlink'] as const;
