-- A profile's life.
ALTER TABLE profiles
    -- Where its repositories lie: its first name.
    ADD COLUMN namespace label,
    ADD COLUMN state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'archived')),
    -- Nobody finds it any more, until it is restored or purged.
    ADD COLUMN deleted_at timestamptz;
UPDATE profiles SET namespace = name;
ALTER TABLE profiles ALTER COLUMN namespace SET NOT NULL;

-- Every name a profile has or had, so that old links go on leading to it, with what the name looks like at a glance. A name
-- whose profile is gone for good (null) is never given again: what others still keep under it must not meet a stranger.
CREATE TABLE profile_names (
    name       label      PRIMARY KEY,
    skeleton   text       COLLATE "C" NOT NULL,
    profile_id identifier REFERENCES profiles ON DELETE SET NULL
);
CREATE INDEX profile_names_by_skeleton ON profile_names (skeleton);
CREATE INDEX profile_names_of_profile ON profile_names (profile_id);
INSERT INTO profile_names (name, skeleton, profile_id)
SELECT name, translate(replace(replace(replace(name, 'rn', 'm'), 'vv', 'w'), 'cl', 'd'), 'ilo', '110'), id FROM profiles;

-- Whoever is here is no member, whatever their memberships say.
CREATE TABLE disabled_members (
    profile_id identifier NOT NULL REFERENCES profiles,
    user_id    identifier NOT NULL REFERENCES users,
    PRIMARY KEY (profile_id, user_id)
);

-- People a teacher expects: by login or mail address, in lower case. They become members when they first sign in.
CREATE TABLE invitations (
    profile_id identifier  NOT NULL REFERENCES profiles,
    person     text        NOT NULL CHECK (person = lower(person) AND person <> ''),
    role       text        NOT NULL CHECK (role IN ('teacher', 'assistant', 'student', 'consumer')),
    invited_at timestamptz NOT NULL,
    PRIMARY KEY (profile_id, person)
);
CREATE INDEX invitations_of_person ON invitations (person);

-- By hand stands above by group; nobody is a member of what is deleted.
CREATE OR REPLACE VIEW members AS
SELECT DISTINCT ON (m.profile_id, m.user_id) m.profile_id, m.user_id, m.role, m.source
FROM memberships m JOIN profiles p ON p.id = m.profile_id AND p.deleted_at IS NULL
WHERE NOT EXISTS (SELECT FROM disabled_members d WHERE d.profile_id = m.profile_id AND d.user_id = m.user_id)
ORDER BY m.profile_id, m.user_id, m.source = 'manual' DESC;
