CREATE TABLE assignments (
    id           identifier  PRIMARY KEY,
    profile_id   identifier  NOT NULL REFERENCES profiles,
    name         label       NOT NULL,
    title        text        NOT NULL,
    description  text        NOT NULL,
    dataset      digest      NOT NULL,
    row_count    integer     NOT NULL CHECK (row_count > 0),
    features     text[]      NOT NULL,
    label_column text        NOT NULL,
    metric       text        NOT NULL CHECK (metric IN ('accuracy', 'macro-f1')),
    envelope     jsonb       NOT NULL,
    deadline     timestamptz,
    created_by   identifier  NOT NULL REFERENCES users,
    created_at   timestamptz NOT NULL,
    CONSTRAINT assignments_name_in_profile UNIQUE (profile_id, name),
    UNIQUE (profile_id, id)
);

CREATE TABLE models (
    id            identifier  PRIMARY KEY,
    profile_id    identifier  NOT NULL REFERENCES profiles,
    name          label       NOT NULL,
    owner_id      identifier  NOT NULL REFERENCES users,
    assignment_id identifier,
    created_at    timestamptz NOT NULL,
    retired_at    timestamptz,
    UNIQUE (profile_id, name),
    FOREIGN KEY (profile_id, assignment_id) REFERENCES assignments (profile_id, id)
);
CREATE INDEX models_of_owner ON models (owner_id);
CREATE INDEX models_of_assignment ON models (assignment_id);

CREATE TABLE versions (
    id           identifier  PRIMARY KEY,
    model_id     identifier  NOT NULL REFERENCES models,
    number       integer     NOT NULL CHECK (number > 0),
    sequence     bigint      NOT NULL GENERATED ALWAYS AS IDENTITY UNIQUE,
    bundle       digest      NOT NULL,
    size         bigint      NOT NULL CHECK (size >= 0),
    runtime      text        NOT NULL CHECK (runtime IN ('python', 'r')),
    entry        text        NOT NULL,
    requirements text        NOT NULL,
    source       text        NOT NULL CHECK (source IN ('web', 'api', 'git')),
    git_commit   text,
    received_at  timestamptz NOT NULL,
    state        text        NOT NULL CHECK (state IN ('received', 'building', 'ready', 'failed')),
    environment  digest,
    fault        jsonb,
    UNIQUE (model_id, number),
    CONSTRAINT versions_failed_with_fault CHECK ((state = 'failed') = (fault IS NOT NULL))
);
CREATE INDEX versions_ready ON versions (model_id, number DESC) WHERE state = 'ready';

-- A version is what was handed in: only its state moves, and never back.
CREATE FUNCTION keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.model_id, OLD.number, OLD.sequence, OLD.bundle, OLD.size, OLD.runtime, OLD.entry, OLD.requirements,
        OLD.source, OLD.git_commit, OLD.received_at)
        IS DISTINCT FROM
       (NEW.id, NEW.model_id, NEW.number, NEW.sequence, NEW.bundle, NEW.size, NEW.runtime, NEW.entry, NEW.requirements,
        NEW.source, NEW.git_commit, NEW.received_at)
    THEN
        RAISE EXCEPTION 'a version never changes' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state <> NEW.state AND (OLD.state IN ('ready', 'failed') OR NEW.state = 'received') THEN
        RAISE EXCEPTION 'a version does not move from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_version BEFORE UPDATE ON versions FOR EACH ROW EXECUTE FUNCTION keep_version();

CREATE TABLE version_log (
    version_id identifier  NOT NULL REFERENCES versions,
    sequence   bigint      NOT NULL CHECK (sequence > 0),
    at         timestamptz NOT NULL,
    source     text        NOT NULL CHECK (source IN ('bedel', 'build', 'model')),
    line       text        NOT NULL,
    PRIMARY KEY (version_id, sequence)
);
