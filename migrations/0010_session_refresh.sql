-- What the provider gave to ask again who somebody is: sealed, with the session that signed in. Who refreshes holds it until
-- the given time, so that one does, however many requests and processes there are.
ALTER TABLE sessions
    ADD COLUMN refresh_token    text,
    ADD COLUMN refresh_at       timestamptz,
    ADD COLUMN refreshing_until timestamptz;
