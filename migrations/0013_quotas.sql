-- A unit without a row has no limit. The limits of one member stand above those of every member.
CREATE TABLE quotas (
    profile_id identifier NOT NULL REFERENCES profiles,
    holder     text       NOT NULL CHECK (holder IN ('profile', 'every-member', 'member')),
    user_id    identifier REFERENCES users,
    unit       text       NOT NULL,
    maximum    bigint     NOT NULL CHECK (maximum >= 0),
    CHECK ((holder = 'member') = (user_id IS NOT NULL)),
    UNIQUE NULLS NOT DISTINCT (profile_id, holder, user_id, unit)
);

-- How many instances there is room for, of the whole profile or (with a member) of that member's; each takes `cpu`
-- thousandths of a core and `memory` bytes.
CREATE FUNCTION instance_places(profile identifier, member identifier, cpu bigint, memory bigint) RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        min(CASE limits.unit WHEN 'cpu' THEN maximum / cpu WHEN 'memory' THEN maximum / memory ELSE maximum END),
        9223372036854775807)
    FROM (
        SELECT DISTINCT ON (q.unit) q.unit, q.maximum FROM quotas q
        WHERE q.profile_id = profile AND q.unit IN ('instances', 'cpu', 'memory') AND CASE
            WHEN member IS NULL THEN q.holder = 'profile'
            ELSE q.holder = 'every-member' OR q.user_id = member END
        ORDER BY q.unit, q.holder = 'member' DESC
    ) AS limits
$$;
