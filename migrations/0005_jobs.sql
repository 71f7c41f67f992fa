CREATE TABLE jobs (
    id               identifier  PRIMARY KEY,
    version_id       identifier  REFERENCES versions,
    round_id         identifier  REFERENCES rounds,
    state            text        NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    attempt          integer     NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    maximum_attempts integer     NOT NULL CHECK (maximum_attempts > 0),
    worker           text,
    lease_until      timestamptz,
    not_before       timestamptz NOT NULL,
    created_at       timestamptz NOT NULL,
    finished_at      timestamptz,
    fault            jsonb,
    -- Building a version or evaluating a round.
    CHECK (num_nonnulls(version_id, round_id) = 1),
    CHECK (attempt <= maximum_attempts),
    CHECK ((state = 'running') = (worker IS NOT NULL)),
    CHECK ((state = 'running') = (lease_until IS NOT NULL)),
    CHECK ((state IN ('done', 'failed')) = (finished_at IS NOT NULL))
);
-- One job for one piece of work, as long as it is not over.
CREATE UNIQUE INDEX jobs_one_of_version ON jobs (version_id) WHERE state IN ('waiting', 'running');
CREATE UNIQUE INDEX jobs_one_of_round ON jobs (round_id) WHERE state IN ('waiting', 'running');
CREATE INDEX jobs_open ON jobs (created_at, id) WHERE state IN ('waiting', 'running');
CREATE INDEX jobs_failed ON jobs (created_at, id) WHERE state = 'failed';
