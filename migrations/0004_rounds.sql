CREATE TABLE rounds (
    id              identifier  PRIMARY KEY,
    assignment_id   identifier  NOT NULL REFERENCES assignments,
    number          integer     NOT NULL CHECK (number > 0),
    state           text        NOT NULL CHECK (state IN ('queued', 'running', 'finished', 'stopped', 'failed')),
    manifest        jsonb       NOT NULL,
    manifest_digest digest      NOT NULL,
    started_by      identifier  NOT NULL REFERENCES users,
    created_at      timestamptz NOT NULL,
    started_at      timestamptz,
    finished_at     timestamptz,
    UNIQUE (assignment_id, number),
    CHECK ((finished_at IS NOT NULL) = (state IN ('finished', 'stopped', 'failed')))
);
CREATE UNIQUE INDEX rounds_one_under_way ON rounds (assignment_id) WHERE state IN ('queued', 'running');

CREATE TABLE round_entries (
    round_id            identifier NOT NULL REFERENCES rounds,
    version_id          identifier NOT NULL REFERENCES versions,
    position            integer    NOT NULL CHECK (position >= 0),
    state               text       NOT NULL CHECK (state IN ('waiting', 'running', 'done')),
    tries               integer    NOT NULL DEFAULT 0 CHECK (tries >= 0),
    accuracy            double precision,
    macro_f1            double precision,
    correct             integer,
    total               integer,
    median_milliseconds double precision,
    fault               jsonb,
    rank                integer CHECK (rank > 0),
    recorded_at         timestamptz,
    PRIMARY KEY (round_id, version_id),
    UNIQUE (round_id, position),
    -- Done means a verdict, and a verdict is either scores or a fault.
    CHECK (num_nonnulls(accuracy, macro_f1, correct, total) IN (0, 4)),
    CHECK (median_milliseconds IS NULL OR accuracy IS NOT NULL),
    CHECK ((state = 'done') = (num_nonnulls(accuracy, fault) = 1)),
    CHECK (num_nonnulls(accuracy, fault) <= 1),
    CHECK ((state = 'done') = (recorded_at IS NOT NULL)),
    CHECK (rank IS NULL OR accuracy IS NOT NULL)
);
CREATE INDEX round_entries_of_version ON round_entries (version_id);
