-- The transparency log of one cell: hashes and signed notes, nothing that needs keeping from anybody. What a checkpoint
-- says can be worked out again from the events; what witnesses and time stamp authorities said of it can't.

-- Tile `idx` of `level`: 1 to 256 hashes of 32 bytes (C2SP tlog-tiles), all that are known of it. A narrower tile is a
-- prefix of a wider one, so one row serves every tree that was ever signed.
CREATE TABLE tiles (
    level  smallint NOT NULL CHECK (level BETWEEN 0 AND 63),
    idx    bigint   NOT NULL CHECK (idx >= 0),
    hashes bytea    NOT NULL CHECK (length(hashes) BETWEEN 32 AND 8192 AND length(hashes) % 32 = 0),
    PRIMARY KEY (level, idx)
) WITH (
    -- The last tile of each level is written again with every checkpoint; hashes lie out of line, and don't compress.
    fillfactor = 90, autovacuum_vacuum_threshold = 200, toast.autovacuum_vacuum_threshold = 500,
    toast.autovacuum_vacuum_scale_factor = 0.05
);
ALTER TABLE tiles ALTER COLUMN hashes SET STORAGE EXTERNAL;

-- Signed checkpoints. line: the time line, which counts from 1 and goes up when a restore gave up events that were
-- signed. note: the log's signatures and, below them, those of witnesses. witnessed: the quorum of our policy was
-- reached. handover: keys that end signed beside those that begin. stamp: an RFC 3161 token over the note's text.
CREATE TABLE checkpoints (
    line      integer     NOT NULL CHECK (line > 0),
    size      bigint      NOT NULL CHECK (size > 0),
    note      bytea       NOT NULL,
    at        timestamptz NOT NULL DEFAULT now(),
    witnessed boolean     NOT NULL DEFAULT false,
    handover  boolean     NOT NULL DEFAULT false,
    stamp     bytea,
    PRIMARY KEY (line, size)
) WITH (autovacuum_vacuum_threshold = 200);
ALTER TABLE checkpoints ALTER COLUMN note SET STORAGE EXTERNAL;
CREATE INDEX checkpoints_witnessed ON checkpoints (line, size) WHERE witnessed;

CREATE TRIGGER keep_rows BEFORE DELETE OR TRUNCATE ON tiles       EXECUTE FUNCTION refuse();
CREATE TRIGGER keep_rows BEFORE TRUNCATE           ON checkpoints EXECUTE FUNCTION refuse();

-- The one change that a tile may see: more hashes behind those that it has.
CREATE FUNCTION only_grow() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF NEW.level = OLD.level AND NEW.idx = OLD.idx AND length(NEW.hashes) > length(OLD.hashes)
        AND substr(NEW.hashes, 1, length(OLD.hashes)) = OLD.hashes THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a tile can only grow' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER only_grow BEFORE UPDATE ON tiles FOR EACH ROW EXECUTE FUNCTION only_grow();

-- The changes that a checkpoint may see: more signatures below those that it has, the quorum, a first time stamp.
CREATE FUNCTION only_gain() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF NEW.line = OLD.line AND NEW.size = OLD.size AND NEW.at = OLD.at
        AND substr(NEW.note, 1, length(OLD.note)) = OLD.note
        AND NEW.witnessed >= OLD.witnessed AND NEW.handover >= OLD.handover
        AND (OLD.stamp IS NULL OR NEW.stamp = OLD.stamp) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a checkpoint can only gain signatures' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER only_gain BEFORE UPDATE ON checkpoints FOR EACH ROW EXECUTE FUNCTION only_gain();

-- What may go: a checkpoint that another, larger one of its time line has replaced. What was stamped, what handed over
-- from keys to keys, the last one and the last that was witnessed stay.
CREATE FUNCTION only_prune() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF OLD.stamp IS NULL AND NOT OLD.handover
        AND EXISTS (SELECT FROM checkpoints c WHERE c.line = OLD.line AND c.size > OLD.size
                                                AND c.witnessed >= OLD.witnessed) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'this checkpoint is kept' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER only_prune BEFORE DELETE ON checkpoints FOR EACH ROW EXECUTE FUNCTION only_prune();

-- Store a signed checkpoint with the tiles that its tree has and the one before hadn't. The arrays are flat and parallel,
-- one entry per tile, each whole. A tile that is wider already keeps its hashes, which must begin with these.
CREATE FUNCTION publish_checkpoint(
    p_line integer, p_size bigint, p_note bytea, p_handover boolean,
    t_level smallint[], t_idx bigint[], t_hashes bytea[]
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF p_size > (SELECT size FROM log_state) THEN
        RAISE EXCEPTION 'a checkpoint of more events than there are' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO tiles AS t (level, idx, hashes) SELECT unnest(t_level), unnest(t_idx), unnest(t_hashes)
    ON CONFLICT (level, idx) DO UPDATE SET hashes = excluded.hashes WHERE length(excluded.hashes) > length(t.hashes);
    IF EXISTS (
        SELECT FROM unnest(t_level, t_idx, t_hashes) n (level, idx, hashes)
          JOIN tiles t USING (level, idx) WHERE substr(t.hashes, 1, length(n.hashes)) <> n.hashes
    ) THEN
        RAISE EXCEPTION 'a tile can only grow' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO checkpoints (line, size, note, handover) VALUES (p_line, p_size, p_note, p_handover)
    ON CONFLICT DO NOTHING;
    DELETE FROM checkpoints c
     WHERE c.line = p_line AND c.size < p_size AND c.stamp IS NULL AND NOT c.handover
       AND (NOT c.witnessed OR EXISTS (SELECT FROM checkpoints w WHERE w.line = p_line AND w.size > c.size AND w.witnessed))
       -- Witnesses and time stamp authorities are being asked about the last few: leave them a while.
       AND c.at < now() - interval '1 minute';
END $$;

-- Put witnesses' signatures below a checkpoint: `signatures` are whole lines. Whether the quorum was reached with them
-- and those that are there already is for the caller to say. False when there is no such checkpoint any more.
CREATE FUNCTION cosign_checkpoint(p_line integer, p_size bigint, signatures bytea, reached boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE checkpoints SET note = note || signatures, witnessed = witnessed OR reached
     WHERE line = p_line AND size = p_size AND length(note) + length(signatures) < 262144;
    RETURN FOUND;
END $$;

-- Keep a time stamp token beside its checkpoint; the first one stays. False when there is none to keep it beside.
CREATE FUNCTION stamp_checkpoint(p_line integer, p_size bigint, token bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE checkpoints SET stamp = token WHERE line = p_line AND size = p_size AND stamp IS NULL;
    RETURN FOUND;
END $$;

-- Who may do what. Whoever builds views also publishes; the application, which appends and reads, can do neither.
REVOKE ALL ON FUNCTION only_grow, only_gain, only_prune, publish_checkpoint, cosign_checkpoint, stamp_checkpoint
    FROM PUBLIC;
GRANT SELECT ON tiles, checkpoints TO driehoek_app, driehoek_projector;
GRANT EXECUTE ON FUNCTION publish_checkpoint, cosign_checkpoint, stamp_checkpoint TO driehoek_projector;
