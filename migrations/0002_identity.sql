-- A trip to the OpenID provider and back.
CREATE TABLE sign_in_attempts (
    state_hash    digest      PRIMARY KEY,
    browser_hash  digest      NOT NULL,
    issuer        text        NOT NULL,
    nonce         text        NOT NULL,
    code_verifier text        NOT NULL,
    return_to     text        NOT NULL,
    expires_at    timestamptz NOT NULL
);
CREATE INDEX sign_in_attempts_by_end ON sign_in_attempts (expires_at);

-- A session ends by the end of its row.
CREATE TABLE sessions (
    id               identifier  PRIMARY KEY,
    user_id          identifier  NOT NULL REFERENCES users,
    host             text        NOT NULL,
    provider_session text,
    id_token         text,
    created_at       timestamptz NOT NULL,
    expires_at       timestamptz NOT NULL
);
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- Goes with the session it carries on.
CREATE TABLE handovers (
    code_hash  digest      PRIMARY KEY,
    session_id identifier  NOT NULL REFERENCES sessions ON DELETE CASCADE,
    user_id    identifier  NOT NULL REFERENCES users,
    host       text        NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX handovers_of_session ON handovers (session_id);
CREATE INDEX handovers_by_end ON handovers (expires_at);

-- Only the hash of the secret is kept. A revoked token stays, so that its owner sees that it was there.
CREATE TABLE access_tokens (
    id           identifier  PRIMARY KEY,
    user_id      identifier  NOT NULL REFERENCES users,
    name         text        NOT NULL,
    scopes       text[]      NOT NULL CHECK (scopes <@ ARRAY['read', 'submit', 'predict', 'evaluate', 'manage']),
    secret_hash  digest      NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at   timestamptz
);
CREATE INDEX access_tokens_of_user ON access_tokens (user_id);
