-- A hash chain that only grows: every record carries the hash of the one before.
CREATE TABLE audit (
    sequence       bigint      PRIMARY KEY CHECK (sequence > 0),
    at             timestamptz NOT NULL,
    actor          identifier,
    actor_name     text        NOT NULL,
    action         text        NOT NULL,
    resource       text        NOT NULL,
    profile        label,
    outcome        text        NOT NULL CHECK (outcome IN ('allowed', 'denied', 'failed')),
    reason         text        NOT NULL,
    facts          jsonb       NOT NULL,
    request_id     text        NOT NULL,
    remote_address text        NOT NULL,
    previous       digest      NOT NULL,
    hash           digest      NOT NULL
);
CREATE INDEX audit_of_profile ON audit (profile, sequence DESC);
CREATE INDEX audit_of_actor ON audit (actor_name, sequence DESC);

-- Where the chain ends. Whoever appends locks this row, so that there is one end; and without it, cutting off the newest
-- records would leave no trace.
CREATE TABLE audit_head (
    single   boolean PRIMARY KEY DEFAULT true CHECK (single),
    sequence bigint  NOT NULL,
    hash     digest  NOT NULL
);
INSERT INTO audit_head (sequence, hash) VALUES (0, repeat('0', 64));

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail only grows' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_is_never_emptied BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_head_only_moves_on BEFORE UPDATE ON audit_head FOR EACH ROW
    WHEN (NEW.sequence <> OLD.sequence + 1) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_head_is_never_emptied BEFORE TRUNCATE ON audit_head FOR EACH STATEMENT
    EXECUTE FUNCTION refuse_change();
