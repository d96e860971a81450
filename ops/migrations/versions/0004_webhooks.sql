-- Which webhooks there are, and how far each has come. Whose one is, and how far it has come, is sealed in `state` with
-- a key of the service's (projections/deliveries.py); where it goes is in its person's own record. A new state is
-- written only over the one that was read: every state is another one, also when it says the same.
CREATE TABLE webhooks (
    webhook       uuid        PRIMARY KEY,
    state         bytea       NOT NULL CHECK (length(state) BETWEEN 29 AND 1024),
    next_at       timestamptz NOT NULL,                     -- not before; 'infinity': not until its person says so
    claimed_until timestamptz NOT NULL DEFAULT '-infinity'  -- somebody is sending to it
) WITH (fillfactor = 70, autovacuum_vacuum_threshold = 200);

-- Whoever builds views also sends. The application only looks.
GRANT SELECT ON webhooks TO driehoek_app, driehoek_projector;
GRANT INSERT, UPDATE, DELETE ON webhooks TO driehoek_projector;
