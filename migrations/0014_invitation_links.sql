-- Links that make members of whoever opens them while they hold. Only the hash of the secret is kept.
CREATE TABLE invitation_links (
    id          identifier  PRIMARY KEY,
    profile_id  identifier  NOT NULL REFERENCES profiles,
    secret_hash digest      NOT NULL UNIQUE,
    role        text        NOT NULL CHECK (role IN ('teacher', 'assistant', 'student', 'consumer')),
    uses        bigint      NOT NULL DEFAULT 0,
    maximum     bigint      NOT NULL CHECK (maximum > 0),
    created_by  identifier  NOT NULL REFERENCES users,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    revoked_at  timestamptz,
    CHECK (uses BETWEEN 0 AND maximum)
);
CREATE INDEX invitation_links_of_profile ON invitation_links (profile_id);
