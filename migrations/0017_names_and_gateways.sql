-- Whose a name is or was, even after its profile is gone for good: the audit trail keeps the names of its time, and is still
-- asked about then. A name is never given to another profile.
ALTER TABLE profile_names ADD COLUMN holder identifier;
UPDATE profile_names SET holder = profile_id;
CREATE INDEX profile_names_of_holder ON profile_names (holder);

-- The gateway processes there are, so that each takes its part of a limit for all of them. The database's clock counts: theirs
-- may differ.
CREATE TABLE gateways (
    id             identifier  PRIMARY KEY,
    -- Not there any more, unless it says so again before then.
    believed_until timestamptz NOT NULL
);
