-- An admin looking at pages as somebody else sees them. They see it too, so it stays.
CREATE TABLE viewings (
    id        identifier  PRIMARY KEY,
    user_id   identifier  NOT NULL REFERENCES users,
    viewer_id identifier  NOT NULL REFERENCES users,
    began_at  timestamptz NOT NULL,
    ends_at   timestamptz NOT NULL,
    CHECK (user_id <> viewer_id)
);
CREATE INDEX viewings_of_user ON viewings (user_id, began_at);
