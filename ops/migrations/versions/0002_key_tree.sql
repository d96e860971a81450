-- The tree of keys of one cell. Everything here is ciphertext, addresses and marks: it may be copied and kept for ever,
-- because what opens it is kept elsewhere and is destroyed at each erasure (crypto/ports.py says what is asked of it).
--
-- An address is a path: '' is the root page, each byte the index of a child. A location is a page's path, or a page's
-- path and one index. Everything at or below a location L lies between L and L || x'ffffffffffffffff': paths are
-- shorter than that, and bytea is ordered byte by byte.

-- One row: what the tree is now.
CREATE TABLE key_state (
    id             boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (id),
    deployment     uuid    NOT NULL,
    epoch          bigint  NOT NULL CHECK (epoch > 0),
    root_wrap      bytea   NOT NULL,
    page_head      bytea   NOT NULL,
    tombstone_head bytea   NOT NULL,
    -- The number of the next slot page. Page 0 comes with the tree: it holds the secrets of the scopes.
    next_page      bigint  NOT NULL DEFAULT 1 CHECK (next_page > 0)
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);

-- used: how many places were given, from the first; a place is given once. grp: whose slots a page holds; only slot
-- pages have one. An erased page keeps its row: what is left can't be opened, and a path is never used again.
CREATE TABLE pages (
    path   bytea    NOT NULL PRIMARY KEY CHECK (length(path) < 8),
    epoch  bigint   NOT NULL CHECK (epoch > 0),
    sealed bytea    NOT NULL,
    used   smallint NOT NULL DEFAULT 0 CHECK (used BETWEEN 0 AND 256),
    grp    uuid,
    erased bigint,
    CHECK (path <> '' OR erased IS NULL)
) WITH (
    -- The row is small and stays on its page (HOT) whether a place is given or the page is sealed anew. The 8 KB beside
    -- it are written only then, and every switch leaves a page's worth of dead pieces behind, five for each page on its
    -- paths: take those away after 200 pages, not after a fifth of the table.
    fillfactor = 70, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0.05,
    toast.autovacuum_vacuum_threshold = 1000, toast.autovacuum_vacuum_scale_factor = 0.05
);
ALTER TABLE pages ALTER COLUMN sealed SET STORAGE EXTERNAL;
CREATE INDEX pages_grp ON pages (grp, path);

-- An erased slot keeps its row and its place, so that "erased" and "never provisioned" stay two answers, and so that a
-- view can still be told whose slot it was.
CREATE TABLE tree_slots (
    slot_id uuid     NOT NULL PRIMARY KEY,
    page    bytea    NOT NULL,
    idx     smallint NOT NULL CHECK (idx BETWEEN 0 AND 255),
    mark    bytea    NOT NULL,
    erased  bigint,
    UNIQUE (page, idx)
) WITH (fillfactor = 90);

CREATE TABLE tombstones (
    epoch bigint NOT NULL PRIMARY KEY,
    body  bytea  NOT NULL
);

-- Which epoch's keys each process may hold in memory, and until when by this server's clock.
CREATE TABLE leases (
    process uuid        NOT NULL PRIMARY KEY,
    kind    text        NOT NULL,
    epoch   bigint      NOT NULL,
    until   timestamptz NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);

-- When to look at a stream again, because something in it may be due then.
CREATE TABLE agenda (
    originator_id uuid        NOT NULL PRIMARY KEY,
    look_at       timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX agenda_look_at ON agenda (look_at);

-- What is never removed, for everyone, the owner included.
CREATE TRIGGER keep_rows   BEFORE DELETE OR TRUNCATE           ON key_state  EXECUTE FUNCTION refuse();
CREATE TRIGGER keep_rows   BEFORE DELETE OR TRUNCATE           ON pages      EXECUTE FUNCTION refuse();
CREATE TRIGGER keep_rows   BEFORE DELETE OR TRUNCATE           ON tree_slots EXECUTE FUNCTION refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON tombstones EXECUTE FUNCTION refuse();

-- The changes that the state may see: the number of the next page goes up, or the epoch goes up with all that is its.
CREATE FUNCTION only_onward() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF NEW.id = OLD.id AND NEW.deployment = OLD.deployment AND (
        (NEW.epoch > OLD.epoch AND NEW.next_page = OLD.next_page)
        OR (NEW.epoch = OLD.epoch AND NEW.root_wrap = OLD.root_wrap AND NEW.page_head = OLD.page_head
            AND NEW.tombstone_head = OLD.tombstone_head AND NEW.next_page > OLD.next_page)
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the tree can only go on' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER only_onward BEFORE UPDATE ON key_state FOR EACH ROW EXECUTE FUNCTION only_onward();

-- The changes that a page may see while it isn't erased, one at a time: more of its places are given, it is sealed
-- anew in a later epoch, or it is erased.
CREATE FUNCTION only_renew() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF NEW.path = OLD.path AND NEW.grp IS NOT DISTINCT FROM OLD.grp AND OLD.erased IS NULL AND (
        (NEW.used > OLD.used AND NEW.epoch = OLD.epoch AND NEW.sealed = OLD.sealed AND NEW.erased IS NULL)
        OR (NEW.used = OLD.used AND NEW.epoch > OLD.epoch AND NEW.sealed <> OLD.sealed AND NEW.erased IS NULL)
        OR (NEW.used = OLD.used AND NEW.epoch = OLD.epoch AND NEW.sealed = OLD.sealed AND NEW.erased IS NOT NULL)
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a page can only be renewed or erased' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER only_renew BEFORE UPDATE ON pages FOR EACH ROW EXECUTE FUNCTION only_renew();

-- The one change that a slot may see. There is no way back.
CREATE FUNCTION only_erase_slot() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF NEW.slot_id = OLD.slot_id AND NEW.page = OLD.page AND NEW.idx = OLD.idx AND NEW.mark = OLD.mark
        AND OLD.erased IS NULL AND NEW.erased IS NOT NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a slot can only be erased' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER only_erase BEFORE UPDATE ON tree_slots FOR EACH ROW EXECUTE FUNCTION only_erase_slot();

-- What may not interleave takes this lock: a switch for itself alone, whoever stores a page or a slot or renews a lease
-- with others. So a page is never stored in another epoch than it was sealed in, no slot becomes active at an erased
-- place, and a lease on an old epoch is there before the switch or is told of it. An advisory lock is fair: a switch
-- that waits goes before those that come after it, where a share lock on the row would let them pass for ever.
CREATE FUNCTION tree_lock() RETURNS bigint LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT hashtextextended('driehoek tree ' || current_schema(), 0)
$$;

-- The slots that lie at or below these locations.
CREATE FUNCTION slots_at(locations bytea[]) RETURNS SETOF tree_slots
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT s.* FROM unnest(locations) l JOIN tree_slots s ON s.page BETWEEN l AND l || '\xffffffffffffffff'::bytea
    UNION
    SELECT s.* FROM unnest(locations) l
      JOIN tree_slots s ON s.page = substr(l, 1, length(l) - 1) AND s.idx = get_byte(l, length(l) - 1)
     WHERE length(l) > 0
$$;

-- Store a new tree, unless there is one. The arrays are flat and parallel, one entry per page.
CREATE FUNCTION found_tree(
    owner uuid, first bigint, wrap bytea, page_hash bytea, tombstone_hash bytea, p_path bytea[], p_sealed bytea[]
) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO key_state (deployment, epoch, root_wrap, page_head, tombstone_head)
    VALUES (owner, first, wrap, page_hash, tombstone_hash) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO pages (path, epoch, sealed) SELECT unnest(p_path), first, unnest(p_sealed);
    RETURN true;
END $$;

-- The number of the next slot page. What was given stays given, used or not.
CREATE FUNCTION next_slot_page() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    UPDATE key_state SET next_page = next_page + 1 RETURNING next_page - 1
$$;

-- Store new pages, sealed in the present epoch; false when that isn't the present epoch any more. A path that is taken
-- keeps its page.
CREATE FUNCTION add_pages(present bigint, p_path bytea[], p_sealed bytea[], p_grp uuid[]) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(tree_lock());
    IF NOT EXISTS (SELECT FROM key_state WHERE epoch = present) THEN
        RETURN false;
    END IF;
    INSERT INTO pages (path, epoch, sealed, grp) SELECT unnest(p_path), present, unnest(p_sealed), unnest(p_grp)
    ON CONFLICT (path) DO NOTHING;
    RETURN true;
END $$;

-- Take neighbouring places on the newest page of a group that has room for them; nothing where none has. Nobody waits for
-- this to reach the disk: the slots that use the places are stored after it, and the log is flushed in order.
CREATE FUNCTION reserve_slots(owner uuid, places integer, OUT page bytea, OUT first integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF places NOT BETWEEN 1 AND 256 THEN
        RAISE EXCEPTION 'that many places do not fit on a page' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM set_config('synchronous_commit', 'off', true);
    UPDATE pages SET used = used + places
     WHERE path = (SELECT path FROM pages WHERE grp = owner AND erased IS NULL AND used + places <= 256
                    ORDER BY path DESC LIMIT 1 FOR NO KEY UPDATE)
    RETURNING path, used - places INTO page, first;
END $$;

-- Store new slots on places that were given; false, and nothing stored, when a page among them was erased.
CREATE FUNCTION add_slots(s_id uuid[], s_page bytea[], s_idx smallint[], s_mark bytea[]) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(tree_lock());
    IF EXISTS (SELECT FROM pages WHERE path = ANY (s_page) AND erased IS NOT NULL) THEN
        RETURN false;
    END IF;
    IF EXISTS (
        SELECT FROM (SELECT unnest(s_page) page, unnest(s_idx) idx) s
          LEFT JOIN pages p ON p.path = s.page AND p.used > s.idx WHERE p.path IS NULL
    ) THEN
        RAISE EXCEPTION 'a slot needs a place that was given' USING ERRCODE = 'foreign_key_violation';
    END IF;
    INSERT INTO tree_slots (slot_id, page, idx, mark)
    SELECT unnest(s_id), unnest(s_page), unnest(s_idx), unnest(s_mark);
    RETURN true;
END $$;

-- Move the tree on: replace pages, erase what the tombstones name, move the state. False, and nothing changed, when the
-- tree's epoch isn't `before`. Each epoch on the way has its tombstone: one for an erasure; after a restore also those
-- that the backup is too old to have. A page that isn't there, or is erased, refuses the whole switch.
--
-- Erased are the slots that a tombstone names and whatever else lies at its locations: a slot that was stored after the
-- switch was planned, on a page that goes, has lost its key as well.
--
-- t_* one entry per tombstone, in order; l_* per location, s_* per slot, *_at the 1-based place of its tombstone.
CREATE FUNCTION switch_epoch(
    before bigint, owner uuid, after bigint, wrap bytea, page_hash bytea, tombstone_hash bytea,
    p_path bytea[], p_sealed bytea[],
    t_epoch bigint[], t_body bytea[], l_at integer[], l_location bytea[], s_at integer[], s_slot uuid[]
) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    replaced integer;
    locations bytea[];
BEGIN
    PERFORM pg_advisory_xact_lock(tree_lock());
    IF NOT EXISTS (SELECT FROM key_state WHERE epoch = before) THEN
        RETURN false;
    END IF;
    IF t_epoch <> ARRAY(SELECT generate_series(before + 1, after)) THEN
        RAISE EXCEPTION 'each epoch needs its tombstone' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    INSERT INTO tombstones (epoch, body) SELECT unnest(t_epoch), unnest(t_body);
    FOR i IN 1 .. cardinality(t_epoch) LOOP
        locations := ARRAY(SELECT l FROM unnest(l_at, l_location) x (at, l) WHERE at = i);
        UPDATE pages p SET erased = t_epoch[i] FROM unnest(locations) l
         WHERE p.erased IS NULL AND p.path BETWEEN l AND l || '\xffffffffffffffff'::bytea;
        UPDATE tree_slots SET erased = t_epoch[i] WHERE erased IS NULL AND slot_id IN (
            SELECT slot FROM unnest(s_at, s_slot) x (at, slot) WHERE at = i
            UNION SELECT slot_id FROM slots_at(locations));
    END LOOP;
    UPDATE pages p SET epoch = after, sealed = n.sealed FROM unnest(p_path, p_sealed) n (path, sealed)
     WHERE p.path = n.path AND p.erased IS NULL;
    GET DIAGNOSTICS replaced = ROW_COUNT;
    IF replaced <> cardinality(p_path) THEN
        RAISE EXCEPTION 'a page to be replaced is not there' USING ERRCODE = 'foreign_key_violation';
    END IF;
    UPDATE key_state SET deployment = owner, epoch = after, root_wrap = wrap, page_head = page_hash,
           tombstone_head = tombstone_hash;
    RETURN true;
END $$;

-- Hold a lease on an epoch for so many seconds from now, and learn the present one (0: there is no tree). After a
-- switch, every lease that was renewed without knowing of it is there to be waited for. What ran out an hour ago is
-- forgotten on the way.
CREATE FUNCTION renew_lease(who uuid, what text, held bigint, seconds double precision) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    present bigint;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(tree_lock());
    SELECT epoch INTO present FROM key_state;
    INSERT INTO leases AS l (process, kind, epoch, until)
    VALUES (who, what, held, clock_timestamp() + make_interval(secs => seconds))
    ON CONFLICT (process) DO UPDATE SET kind = excluded.kind, epoch = excluded.epoch, until = excluded.until;
    DELETE FROM leases WHERE until < clock_timestamp() - interval '1 hour';
    RETURN coalesce(present, 0);
END $$;

-- Who may do what. The application reads, and writes through the functions; its processes give their own leases up. The
-- projector reads, and keeps the agenda.
REVOKE ALL ON FUNCTION only_onward, only_renew, only_erase_slot, tree_lock, slots_at, found_tree, next_slot_page,
    add_pages, reserve_slots, add_slots, switch_epoch, renew_lease FROM PUBLIC;
GRANT SELECT ON key_state, pages, tree_slots, tombstones, leases, agenda TO driehoek_app, driehoek_projector;
GRANT EXECUTE ON FUNCTION slots_at TO driehoek_app, driehoek_projector;
GRANT EXECUTE ON FUNCTION found_tree, next_slot_page, add_pages, reserve_slots, add_slots, switch_epoch, renew_lease
    TO driehoek_app;
GRANT DELETE ON leases TO driehoek_app;
GRANT INSERT, UPDATE, DELETE ON agenda TO driehoek_projector;
