-- Logout tokens work once (OpenID Connect Back-Channel Logout 1.0, section 2.6); kept for as long as they could be sent again.
CREATE TABLE logout_tokens (
    token_hash digest      PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX logout_tokens_by_end ON logout_tokens (expires_at);

-- From where somebody signed in, so that they know their own sessions when they see them. Unknown for those from before.
ALTER TABLE sessions ADD COLUMN remote_address text;
CREATE INDEX sessions_of_provider_session ON sessions (provider_session);
