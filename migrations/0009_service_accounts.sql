-- An outside application that calls the models of one profile: a user nobody can sign in as. Its role is not a membership,
-- so that nobody can edit it into another one.
CREATE TABLE service_accounts (
    user_id     identifier  PRIMARY KEY REFERENCES users,
    profile_id  identifier  NOT NULL REFERENCES profiles,
    name        label       NOT NULL,
    title       text        NOT NULL,
    created_by  identifier  NOT NULL REFERENCES users,
    created_at  timestamptz NOT NULL,
    disabled_at timestamptz,
    CONSTRAINT service_accounts_name_in_profile UNIQUE (profile_id, name)
);

-- A program that waits for somebody to let it act for them (RFC 8628). Only the hashes of its codes are kept.
CREATE TABLE device_authorizations (
    id               identifier  PRIMARY KEY,
    device_hash      digest      NOT NULL UNIQUE,
    user_hash        digest      NOT NULL UNIQUE,
    client           text        NOT NULL,
    scopes           text[]      NOT NULL CHECK (scopes <@ ARRAY['read', 'submit', 'predict', 'evaluate', 'manage']),
    token_seconds    bigint      NOT NULL,
    remote_address   text        NOT NULL,
    created_at       timestamptz NOT NULL,
    expires_at       timestamptz NOT NULL,
    state            text        NOT NULL CHECK (state IN ('pending', 'approved', 'denied', 'used')),
    user_id          identifier  REFERENCES users,
    interval_seconds bigint      NOT NULL,
    asked_at         timestamptz,
    CHECK ((user_id IS NULL) = (state = 'pending'))
);
CREATE INDEX device_authorizations_by_end ON device_authorizations (expires_at);

-- Tries at the code somebody types in, right or wrong, so that codes cannot be guessed.
CREATE TABLE device_tries (
    user_id identifier  NOT NULL REFERENCES users,
    at      timestamptz NOT NULL
);
CREATE INDEX device_tries_of_user ON device_tries (user_id, at);
