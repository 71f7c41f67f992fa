-- Signed places in the audit trail: whoever cuts records off its end cannot take back what was signed about them.
CREATE TABLE audit_checkpoints (
    sequence  bigint      PRIMARY KEY CHECK (sequence > 0),
    hash      digest      NOT NULL,
    at        timestamptz NOT NULL,
    signature text        NOT NULL
);
CREATE TRIGGER audit_checkpoints_only_grow BEFORE UPDATE OR DELETE ON audit_checkpoints
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_checkpoints_are_never_emptied BEFORE TRUNCATE ON audit_checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- How far a gateway's spool of refusals has been taken over, so that none is taken over twice.
CREATE TABLE audit_spools (
    name     text   PRIMARY KEY,
    position bigint NOT NULL CHECK (position >= 0)
);

-- Several records may be appended at once now; the head still moves on only, and only to a record that is there.
CREATE FUNCTION audit_head_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sequence <= OLD.sequence
        OR NOT EXISTS (SELECT FROM audit WHERE sequence = NEW.sequence AND hash = NEW.hash) THEN
        RAISE EXCEPTION 'the audit trail only grows' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER audit_head_only_moves_on ON audit_head;
CREATE TRIGGER audit_head_only_moves_on BEFORE UPDATE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION audit_head_follows();

-- The account that serves cannot even try. (A superuser can; hence the hashes and the signatures.)
REVOKE UPDATE, DELETE, TRUNCATE ON audit, audit_checkpoints FROM PUBLIC, CURRENT_USER;
REVOKE DELETE, TRUNCATE ON audit_head FROM PUBLIC, CURRENT_USER;
