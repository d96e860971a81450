-- The store of one cell: its log, its streams, its views.
--
-- Runs with search_path set to the cell's schema, so no name is qualified here, and the functions pin what they see
-- with SET search_path FROM CURRENT (the cell, then pg_temp last: nobody's temporary table can stand in for ours).

-- One row. Its lock orders all writers, and because the position comes from here, inside the same transaction, commit
-- order is position order and there are no gaps: a reader can't step over a late commit.
CREATE TABLE log_state (
    id   boolean PRIMARY KEY DEFAULT true CHECK (id),
    size bigint NOT NULL CHECK (size >= 0)
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);
INSERT INTO log_state (size) VALUES (0);

CREATE TABLE events (
    position           bigint  NOT NULL PRIMARY KEY,
    originator_id      uuid    NOT NULL,
    originator_version integer NOT NULL,
    topic              text    NOT NULL,
    state              bytea   NOT NULL,
    leaf               bytea   NOT NULL,
    leaf_hash          bytea   NOT NULL,
    UNIQUE (originator_id, originator_version)
);

-- The sealed parts of an event, one per compartment. Index 0 is the facts, which live in events.state.
CREATE TABLE parts (
    position bigint   NOT NULL,
    idx      smallint NOT NULL CHECK (idx >= 1),
    key_id   uuid     NOT NULL,
    sealed   bytea    NOT NULL,
    PRIMARY KEY (position, idx)
);

-- A compartment key, sealed to one party, under one slot key.
CREATE TABLE grants (
    position bigint NOT NULL,
    key_id   uuid   NOT NULL,
    slot_id  uuid   NOT NULL,
    sealed   bytea  NOT NULL,
    PRIMARY KEY (position, slot_id)
);
CREATE INDEX grants_key_id ON grants (key_id);

-- Ciphertext doesn't compress: long values move out of line without trying.
ALTER TABLE events ALTER COLUMN state SET STORAGE EXTERNAL, ALTER COLUMN leaf SET STORAGE EXTERNAL;
ALTER TABLE parts  ALTER COLUMN sealed SET STORAGE EXTERNAL;
ALTER TABLE grants ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- Where each stream stands: the version check, the previous leaf's hash and the truncation check in one lookup. No
-- index but the key and room on the page, so that an update stays on its page (HOT).
CREATE TABLE heads (
    originator_id uuid    NOT NULL PRIMARY KEY,
    version       integer NOT NULL,
    position      bigint  NOT NULL,
    leaf_hash     bytea   NOT NULL,
    mac           bytea   NOT NULL
) WITH (fillfactor = 70, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0.05);

-- Which commands were recorded, and where their last event is: the same command sent twice is recorded once.
CREATE TABLE commands (
    command_id    uuid        NOT NULL PRIMARY KEY,
    digest        bytea       NOT NULL,
    originator_id uuid        NOT NULL,
    version       integer     NOT NULL,
    position      bigint      NOT NULL,
    at            timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE view_keys (
    view          text   NOT NULL,
    key_id        uuid   NOT NULL,
    slot_id       uuid   NOT NULL,
    originator_id uuid   NOT NULL,
    position      bigint NOT NULL,
    PRIMARY KEY (view, key_id, slot_id)
);
CREATE TABLE view_rows (
    view          text     NOT NULL,
    originator_id uuid     NOT NULL,
    seq           integer  NOT NULL,
    known_at      bigint   NOT NULL,
    position      bigint   NOT NULL,
    idx           smallint NOT NULL,
    PRIMARY KEY (view, originator_id, seq)
);
CREATE TABLE view_heads (
    view          text    NOT NULL,
    originator_id uuid    NOT NULL,
    count         integer NOT NULL,
    mac           bytea   NOT NULL,
    PRIMARY KEY (view, originator_id)
) WITH (fillfactor = 70, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0.05);
CREATE TABLE tracking (
    name     text   NOT NULL PRIMARY KEY,
    position bigint NOT NULL,
    mac      bytea  NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);

-- Append only, for everyone, the owner included. Statement triggers, so that inserting pays nothing and a statement
-- that would touch no row is refused too.
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    RAISE EXCEPTION 'the record is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events   EXECUTE FUNCTION refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON parts    EXECUTE FUNCTION refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON grants   EXECUTE FUNCTION refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON commands EXECUTE FUNCTION refuse();

-- Append a batch of commands: all of it, or, when any of it conflicts, nothing and the list of what conflicts.
--
-- Under the lock of log_state, each stream's head must still be what the writer built on (version and leaf hash; no
-- head for a stream that begins, written as version NULL), and no command id may be known. The arrays are flat and
-- parallel: s_* one entry per stream touched, e_* per event in log order, p_* per part, g_* per grant, c_* per command
-- with an id. *_at is the 1-based place of the event in this batch.
--
-- first: the position of the batch's first event, NULL when nothing was appended.
-- stale: 1-based entries of s_* whose head differs; known: 1-based entries of c_* whose id is taken.
CREATE FUNCTION append(
    s_stream uuid[], s_before integer[], s_prev bytea[], s_version integer[], s_at integer[], s_hash bytea[],
    s_mac bytea[],
    e_stream uuid[], e_version integer[], e_topic text[], e_state bytea[], e_leaf bytea[], e_hash bytea[],
    p_at integer[], p_idx smallint[], p_key uuid[], p_sealed bytea[],
    g_at integer[], g_key uuid[], g_slot uuid[], g_sealed bytea[],
    c_id uuid[], c_digest bytea[], c_stream uuid[], c_version integer[], c_at integer[],
    OUT first bigint, OUT stale integer[], OUT known integer[]
) LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    n integer := cardinality(e_version);
    base bigint;
BEGIN
    UPDATE log_state SET size = size + n RETURNING size - n INTO STRICT base;

    -- A statement of its own: its snapshot is taken after the lock, so it sees every earlier writer's commit.
    SELECT (SELECT array_agg(s.i)
              FROM (SELECT generate_series(1, cardinality(s_stream)) i,
                           unnest(s_stream) stream, unnest(s_before) before, unnest(s_prev) prev) s
              LEFT JOIN heads h ON h.originator_id = s.stream
             WHERE h.version IS DISTINCT FROM s.before OR (s.before IS NOT NULL AND h.leaf_hash <> s.prev)),
           (SELECT array_agg(c.i)
              FROM (SELECT generate_series(1, cardinality(c_id)) i, unnest(c_id) id) c
              JOIN commands k ON k.command_id = c.id)
      INTO stale, known;
    IF stale IS NOT NULL OR known IS NOT NULL THEN
        UPDATE log_state SET size = base;
        RETURN;
    END IF;

    INSERT INTO events (position, originator_id, originator_version, topic, state, leaf, leaf_hash)
    SELECT base + generate_series(1, n), unnest(e_stream), unnest(e_version), unnest(e_topic), unnest(e_state),
           unnest(e_leaf), unnest(e_hash);
    IF p_at <> '{}' THEN
        INSERT INTO parts (position, idx, key_id, sealed)
        SELECT base + unnest(p_at), unnest(p_idx), unnest(p_key), unnest(p_sealed);
    END IF;
    IF g_at <> '{}' THEN
        INSERT INTO grants (position, key_id, slot_id, sealed)
        SELECT base + unnest(g_at), unnest(g_key), unnest(g_slot), unnest(g_sealed);
    END IF;
    INSERT INTO heads AS h (originator_id, version, position, leaf_hash, mac)
    SELECT unnest(s_stream), unnest(s_version), base + unnest(s_at), unnest(s_hash), unnest(s_mac)
    ON CONFLICT (originator_id) DO UPDATE
       SET version = excluded.version, position = excluded.position, leaf_hash = excluded.leaf_hash, mac = excluded.mac;
    IF c_id <> '{}' THEN
        INSERT INTO commands (command_id, digest, originator_id, version, position)
        SELECT unnest(c_id), unnest(c_digest), unnest(c_stream), unnest(c_version), base + unnest(c_at);
    END IF;
    PERFORM pg_notify(current_schema(), '');
    first := base + 1;
END $$;

-- Who may do what. The application reads, and appends through the function. The projector reads the log and owns the
-- views' content. Nobody else may do anything.
DO $$ BEGIN EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', current_schema()); END $$;
REVOKE ALL ON FUNCTION append, refuse FROM PUBLIC;
DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO driehoek_app, driehoek_projector', current_schema()); END $$;
GRANT SELECT ON log_state, events, parts, grants, heads, commands, view_keys, view_rows, view_heads, tracking
    TO driehoek_app, driehoek_projector;
GRANT EXECUTE ON FUNCTION append TO driehoek_app;
GRANT INSERT, UPDATE, DELETE ON view_keys, view_rows, view_heads, tracking TO driehoek_projector;
