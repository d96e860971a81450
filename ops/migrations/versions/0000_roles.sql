-- The two roles of the product. Roles belong to the whole server, cells don't: many migrations may arrive here at the
-- same moment, and in a hosted database an administrator has often made them beforehand, because the owner of a cell
-- may not. All three roads end at the same place: the roles exist and this login may step into them.
DO $$
DECLARE
    wanted name;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['driehoek_app', 'driehoek_projector']::name[] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL; -- another migration was faster
            END;
        END IF;
        IF NOT pg_catalog.pg_has_role(current_user, wanted, 'SET') THEN
            EXECUTE format('GRANT %I TO CURRENT_USER', wanted);
        END IF;
    END LOOP;
END $$;
