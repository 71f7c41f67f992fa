-- Words that occur in every table. "C" collation: they order by their bytes, on every machine alike.
CREATE DOMAIN identifier AS text COLLATE "C" CHECK (VALUE ~ '^[0-9a-hjkmnp-tv-z]{26}$');
CREATE DOMAIN label AS text COLLATE "C" CHECK (VALUE ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(VALUE) <= 40);
CREATE DOMAIN digest AS text COLLATE "C" CHECK (VALUE ~ '^[0-9a-f]{64}$');

CREATE TABLE profiles (
    id         identifier  PRIMARY KEY,
    name       label       NOT NULL UNIQUE,
    title      text        NOT NULL,
    kind       text        NOT NULL CHECK (kind IN ('course', 'lab', 'personal')),
    created_at timestamptz NOT NULL
);

-- Only issuer and subject together name a person (OpenID Connect Core 1.0, section 5.7).
CREATE TABLE users (
    id           identifier  PRIMARY KEY,
    issuer       text        NOT NULL,
    subject      text        NOT NULL,
    login        text        NOT NULL,
    name         text        NOT NULL,
    email        text        NOT NULL,
    groups       text[]      NOT NULL,
    is_admin     boolean     NOT NULL,
    created_at   timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    UNIQUE (issuer, subject)
);

CREATE TABLE group_rules (
    profile_id identifier NOT NULL REFERENCES profiles,
    group_name text       NOT NULL,
    role       text       NOT NULL CHECK (role IN ('teacher', 'assistant', 'student', 'consumer')),
    PRIMARY KEY (profile_id, group_name)
);

-- One person may be a member twice: by hand and by a group. `members` says which of the two counts.
CREATE TABLE memberships (
    profile_id identifier NOT NULL REFERENCES profiles,
    user_id    identifier NOT NULL REFERENCES users,
    source     text       NOT NULL CHECK (source IN ('manual', 'group')),
    role       text       NOT NULL CHECK (role IN ('teacher', 'assistant', 'student', 'consumer')),
    PRIMARY KEY (profile_id, user_id, source)
);
CREATE INDEX memberships_of_user ON memberships (user_id);

-- By hand stands above by group.
CREATE VIEW members AS
SELECT DISTINCT ON (profile_id, user_id) profile_id, user_id, role, source
FROM memberships
ORDER BY profile_id, user_id, source = 'manual' DESC;
