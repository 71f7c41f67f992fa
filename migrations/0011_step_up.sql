-- How fresh and how strong a sign-in has to be, and what the provider then says of it (OpenID Connect Core 1.0, section 2:
-- auth_time, acr). Sessions from before this know neither.
ALTER TABLE sign_in_attempts
    ADD COLUMN max_age    bigint CHECK (max_age >= 0),
    ADD COLUMN acr_values text;

ALTER TABLE sessions
    ADD COLUMN authenticated_at timestamptz,
    ADD COLUMN acr              text;
