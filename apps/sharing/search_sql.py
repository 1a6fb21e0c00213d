"""How subjects are found by their words: the newest first, with bounded work.

A member's own words stand in an index divided by owner and week, so that neither the words of
others nor its own older ones are read for what is found among its newest. What allies share is
looked through back to the last own hit that is wanted: it is little beside what one has.
"""

from typing import Final

from apps.sharing.sql import (
    DROP_SHARED_INDEX,
    SEALED_TAG,
    SEARCH_IN_STEPS,
    SEARCH_RARE_FIRST,
    SHARED_INDEX,
)

_WEEK: Final = "floor(date_part('epoch', {at}) / 604800)::bigint"
# What one member writes in one week stands side by side, in few pages of the index.
_PLACE: Final = "((uuid_hash_extended({owner}, {week}) & 2147483647) << 32)"
_WORD: Final = "(hashtextextended({word}, 0) & 4294967295)"
_KEY: Final = f"{_PLACE} + {_WORD}"
_OPEN: Final = "(a.expires_at IS NULL OR a.expires_at > alliance_now())"
# Whether the words of a subject, as far as an access row reaches, hold everything wanted. The fence
# keeps the planner from asking the index of words, which knows nothing of this one subject.
_HAS: Final = """EXISTS (
      SELECT FROM (
        SELECT e.grams FROM sharing_searchentry e
        WHERE e.root_type = wanted_type AND e.root_id = a.subject_id AND e.min_level <= a.level
        OFFSET 0
      ) e WHERE e.grams @> wanted)"""
# A plan is made once, perhaps while there is nothing yet: no table is read whole, and a join
# is fenced, so that it looks up by key for what was found, never the other way round.
_PLANNED: Final = """LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET enable_memoize = off"""

# The words of a level below the case are among those of the case (`services.access`): the indexes
# need no entry for them.
KEYS: Final = f"""
CREATE FUNCTION alliance_search_keys(owner uuid, at timestamptz, grams text[]) RETURNS bigint[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT array_agg({_KEY.format(owner="owner", week="place.week", word="word")})
  FROM (SELECT {_WEEK.format(at="at")} AS week OFFSET 0) AS place, unnest(grams) AS word
$$;
"""  # noqa: S608 - constants alone
# The same keys, for a third of the time: a query in a function is begun anew for each row.
KEYS_IN_A_LOOP: Final = f"""
CREATE OR REPLACE FUNCTION alliance_search_keys(owner uuid, at timestamptz, grams text[])
RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  week constant bigint := {_WEEK.format(at="at")};
  place constant bigint := {_PLACE.format(owner="owner", week="week")};
  word text;
  keys bigint[];
BEGIN
  FOREACH word IN ARRAY grams LOOP
    keys := keys || (place + {_WORD.format(word="word")});
  END LOOP;
  RETURN keys;
END $$;
"""
KEYS_IN_A_QUERY: Final = KEYS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
DROP_KEYS: Final = "DROP FUNCTION alliance_search_keys(uuid, timestamptz, text[]);"
OWN_INDEX: Final = """
CREATE INDEX sharing_search_own ON sharing_searchentry
  USING gin (alliance_search_keys(member_id, came_at, grams))
  WITH (gin_pending_list_limit = 256) WHERE min_level >= 3;
"""
DROP_OWN_INDEX: Final = "DROP INDEX sharing_search_own;"
# What allies share, with what is asked of each row: it is read from the index alone.
SHARED_ROWS: Final = """
DROP INDEX core_access_shared;
CREATE INDEX core_access_shared ON core_access
  (viewer_id, subject_type, created_at DESC, subject_id DESC)
  INCLUDE (owner_id, level, expires_at) WHERE owner_id <> viewer_id;
"""
# What its owner's access row says of when it came, for entries that were made anew since.
CAME: Final = """
UPDATE sharing_searchentry e SET came_at = a.created_at FROM core_access a
WHERE a.viewer_id = e.member_id AND a.subject_type = e.root_type AND a.subject_id = e.root_id
  AND a.created_at <> e.came_at;
"""
# The entry of the case holds what is read below it.
WHOLE_CASES: Final = """
UPDATE sharing_searchentry e SET grams = (
  SELECT array_agg(DISTINCT word) FROM sharing_searchentry b, unnest(b.grams) AS word
  WHERE b.root_type = e.root_type AND b.root_id = e.root_id AND b.min_level <= 3)
WHERE e.min_level = 3 AND EXISTS (
  SELECT FROM sharing_searchentry b WHERE b.root_type = e.root_type AND b.root_id = e.root_id
    AND b.min_level < 3 AND NOT e.grams @> b.grams);
"""

# The newest rows of a member, how many weeks they take, and those of them that have the words.
_SAMPLE: Final = f"""
CREATE FUNCTION alliance_search_sample(
  wanted text[], wanted_type text, me uuid, walk integer,
  OUT looked integer, OUT weeks float8, OUT newest timestamptz,
  OUT ids uuid[], OUT times timestamptz[])
{_PLANNED} AS $$
BEGIN
  SELECT count(*), max(n.created_at),
    date_part('epoch', max(n.created_at) - min(n.created_at)) / 604800,
    coalesce(array_agg(n.subject_id) FILTER (WHERE n.has), '{{}}'),
    coalesce(array_agg(n.created_at) FILTER (WHERE n.has), '{{}}')
  INTO looked, newest, weeks, ids, times
  FROM (
    SELECT a.subject_id, a.created_at, {_HAS} AS has
    FROM (
      SELECT a.subject_id, a.created_at, a.level FROM core_access a
      WHERE a.viewer_id = me AND a.subject_type = wanted_type AND {_OPEN}
      ORDER BY a.created_at DESC, a.subject_id DESC LIMIT walk) a) n;
END $$;
"""  # noqa: S608 - constants alone

# The first of a member's rows with the words, of so many; only what others own, where that is said.
_WALK: Final = f"""
CREATE FUNCTION alliance_search_walk(
  wanted text[], wanted_type text, me uuid, walk integer, most integer,
  OUT ids uuid[], OUT times timestamptz[])
{_PLANNED} AS $$
BEGIN
  SELECT coalesce(array_agg(h.subject_id), '{{}}'), coalesce(array_agg(h.created_at), '{{}}')
  INTO ids, times
  FROM (
    SELECT a.subject_id, a.created_at
    FROM (
      SELECT a.subject_id, a.created_at, a.level FROM core_access a
      WHERE a.viewer_id = me AND a.subject_type = wanted_type AND {_OPEN}
      ORDER BY a.created_at DESC, a.subject_id DESC LIMIT walk) a
    WHERE {_HAS} LIMIT most) h;
END $$;

CREATE FUNCTION alliance_search_shared(
  wanted text[], wanted_type text, me uuid, since timestamptz, walk integer, most integer,
  OUT is_whole boolean, OUT ids uuid[], OUT times timestamptz[])
{_PLANNED} AS $$
BEGIN
  SELECT coalesce(array_agg(h.subject_id), '{{}}'), coalesce(array_agg(h.created_at), '{{}}')
  INTO ids, times
  FROM (
    SELECT a.subject_id, a.created_at
    FROM (
      SELECT a.subject_id, a.created_at, a.level FROM core_access a
      WHERE a.viewer_id = me AND a.owner_id <> a.viewer_id AND a.subject_type = wanted_type
        AND a.created_at >= since AND {_OPEN}
      ORDER BY a.created_at DESC, a.subject_id DESC LIMIT walk) a
    WHERE {_HAS} LIMIT most) h;
  is_whole := cardinality(ids) = most OR (
    SELECT count(*) <= walk FROM (
      SELECT FROM core_access a
      WHERE a.viewer_id = me AND a.owner_id <> a.viewer_id AND a.subject_type = wanted_type
        AND a.created_at >= since AND {_OPEN} LIMIT walk + 1) w);
END $$;
"""  # noqa: S608 - constants alone

# The one or two words that the fewest of the newest rows have are asked of an index; the others are
# compared with what it gives. To read of each word how many have it costs more than that.
_RAREST: Final = f"""
CREATE FUNCTION alliance_search_rarest(
  wanted text[], wanted_type text, me uuid, walk integer,
  OUT rarest text[], OUT had integer)
{_PLANNED} AS $$
BEGIN
  IF cardinality(wanted) = 1 THEN
    rarest := wanted;
    had := 0;
    RETURN;
  END IF;
  SELECT array_agg(c.word) FILTER (WHERE c.had * 3 < c.among), min(c.had) INTO rarest, had
  FROM (
    SELECT n.word, count(*) FILTER (WHERE n.has) AS had, count(*) AS among
    FROM (
      SELECT w.word, e.grams @> ARRAY[w.word] AS has
      FROM (
        SELECT a.subject_id, a.level FROM core_access a
        WHERE a.viewer_id = me AND a.subject_type = wanted_type AND {_OPEN}
        ORDER BY a.created_at DESC, a.subject_id DESC LIMIT walk) a
      CROSS JOIN LATERAL (
        SELECT e.grams FROM sharing_searchentry e
        WHERE e.root_type = wanted_type AND e.root_id = a.subject_id AND e.min_level <= a.level
          AND e.min_level <= 3
        ORDER BY e.min_level DESC LIMIT 1) e
      CROSS JOIN unnest(wanted) AS w (word)) n
    GROUP BY n.word ORDER BY 2, n.word LIMIT 2) c;
  rarest := coalesce(rarest, wanted[1:2]);
END $$;
"""  # noqa: S608 - constants alone

# Own hits: what the index of weeks gives for one word, or for two, compared with all of them.
_OWN_HITS: Final = """\
    SELECT coalesce(array_agg(h.subject_id), '{{}}'), coalesce(array_agg(h.created_at), '{{}}')
    INTO ids, times
    FROM (
      SELECT DISTINCT a.subject_id, a.created_at
      FROM (
        SELECT e.root_id, e.min_level, e.grams FROM sharing_searchentry e
        WHERE alliance_search_keys(e.member_id, e.came_at, e.grams) && one
{also}\
          AND e.min_level >= 3 AND e.member_id = me AND e.root_type = wanted_type OFFSET 0) e
      CROSS JOIN LATERAL (
        SELECT a.subject_id, a.created_at FROM core_access a
        WHERE a.viewer_id = me AND a.subject_type = wanted_type AND a.subject_id = e.root_id
          AND a.level >= e.min_level AND {open} OFFSET 0) a
      WHERE e.grams @> wanted OR e.grams @> sealed) h;
"""
_BY_ONE: Final = _OWN_HITS.format(open=_OPEN, also="")
_BY_TWO: Final = _OWN_HITS.format(
    open=_OPEN,
    also="          AND alliance_search_keys(e.member_id, e.came_at, e.grams) && other\n",
)

# Of one's own, the weeks from `low` to `high`; what is sealed is found by its owner alone.
_OWN: Final = f"""
CREATE FUNCTION alliance_search_own(
  wanted text[], rarest text[], wanted_type text, me uuid, low bigint, high bigint,
  OUT ids uuid[], OUT times timestamptz[])
{_PLANNED} AS $$
DECLARE
  sealed CONSTANT text[] := (SELECT array_agg('{SEALED_TAG}' || w) FROM unnest(wanted) AS w);
  one CONSTANT bigint[] := ARRAY(
    SELECT {_KEY.format(owner="me", week="week", word="word")}
    FROM generate_series(low, high) AS week,
      unnest(ARRAY[rarest[1], '{SEALED_TAG}' || rarest[1]]) AS word);
  other CONSTANT bigint[] := ARRAY(
    SELECT {_KEY.format(owner="me", week="week", word="word")}
    FROM generate_series(low, high) AS week,
      unnest(ARRAY[rarest[2], '{SEALED_TAG}' || rarest[2]]) AS word);
BEGIN
  IF cardinality(rarest) = 1 THEN
{_BY_ONE}  ELSE
{_BY_TWO}  END IF;
END $$;
"""  # noqa: S608 - constants alone

# Everybody's with the words, as far as the member's rows of what others own reach; nothing told
# where more than `few` have them.
_INDEX: Final = f"""
CREATE FUNCTION alliance_search_index(
  wanted text[], rarest text[], wanted_type text, me uuid, since timestamptz, few integer,
  OUT is_whole boolean, OUT ids uuid[], OUT times timestamptz[])
{_PLANNED} AS $$
DECLARE
  found uuid[];
BEGIN
  SELECT array_agg(e.root_id) INTO found
  FROM (
    SELECT e.root_id FROM (
      SELECT e.root_id, e.grams FROM sharing_searchentry e
      WHERE e.grams @> rarest AND e.min_level >= 3 AND e.root_type = wanted_type OFFSET 0) e
    WHERE e.grams @> wanted LIMIT few + 1) e;
  is_whole := few IS NULL OR coalesce(cardinality(found), 0) <= few;
  IF is_whole THEN
    SELECT coalesce(array_agg(a.subject_id), '{{}}'), coalesce(array_agg(a.created_at), '{{}}')
    INTO ids, times
    FROM (SELECT DISTINCT f.id FROM unnest(found) AS f (id) OFFSET 0) f
    CROSS JOIN LATERAL (
      SELECT a.subject_id, a.created_at, a.level FROM core_access a
      WHERE a.viewer_id = me AND a.subject_type = wanted_type AND a.subject_id = f.id
        AND a.owner_id <> a.viewer_id AND a.created_at >= since AND {_OPEN} OFFSET 0) a
    WHERE {_HAS};
  END IF;
END $$;
"""  # noqa: S608 - constants alone

# A word that many of the newest have is found by walking on through them; what costs less, by week
# or by walking, the first hundred tell. Of what others own only what came after the last own hit
# that is wanted counts: some of it is looked through; a word that none of that has may be rare
# altogether; and otherwise all is looked through as long as it is little.
_TYPE: Final = f"""
CREATE FUNCTION alliance_search_type(
  wanted text[], wanted_type text, most integer, first integer, far integer)
RETURNS TABLE (root_id uuid, created_at timestamptz)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
  me CONSTANT uuid := alliance_member();
  near record;
  step record;
  had integer;
  words record;
  ids uuid[] := '{{}}';
  times timestamptz[] := '{{}}';
  oldest bigint;
  high bigint;
  low bigint;
  width bigint;
  since timestamptz;
BEGIN
  near := alliance_search_sample(wanted, wanted_type, me, first);
  had := cardinality(near.ids);
  IF near.looked = 0 THEN
    RETURN;
  END IF;
  IF had >= most THEN
    RETURN QUERY SELECT * FROM unnest(near.ids, near.times) AS f (i, t)
      ORDER BY t DESC, i DESC LIMIT most;
    RETURN;
  END IF;
  IF had > 0 AND near.looked = first AND most * first / had < 2 * far
    AND 3.0 * most * first / had < greatest(most, had::float8 / first * (
      SELECT count(*) FROM (
        SELECT FROM core_access a WHERE a.viewer_id = me AND a.subject_type = wanted_type
          AND a.created_at >= to_timestamp({_WEEK.format(at="near.newest")} * 604800)
        LIMIT 5 * far) w))
  THEN
    step := alliance_search_walk(wanted, wanted_type, me, 2 * most * first / had, most);
    IF cardinality(step.ids) = most THEN
      RETURN QUERY SELECT * FROM unnest(step.ids, step.times) AS f (i, t)
        ORDER BY t DESC, i DESC;
      RETURN;
    END IF;
  END IF;
  words := alliance_search_rarest(wanted, wanted_type, me, first);
  SELECT {_WEEK.format(at="min(a.created_at)")} INTO oldest FROM (
    SELECT a.created_at FROM core_access a WHERE a.viewer_id = me AND a.subject_type = wanted_type
    ORDER BY a.created_at, a.subject_id LIMIT 1) a;
  high := {_WEEK.format(at="near.newest")};
  width := least(1 + most * near.weeks / greatest(had, 1), 10000);
  LOOP
    low := greatest(high - width + 1, oldest);
    step := alliance_search_own(wanted, words.rarest, wanted_type, me, low, high);
    ids := ids || step.ids;
    times := times || step.times;
    EXIT WHEN low <= oldest OR most <= (
      SELECT count(*) FROM unnest(times) AS t WHERE t >= to_timestamp(low * 604800));
    high := low - 1;
    width := 4 * width;
  END LOOP;
  since := coalesce((
    SELECT t FROM unnest(times) AS t ORDER BY t DESC OFFSET most - 1 LIMIT 1), '-infinity');
  step := alliance_search_shared(wanted, wanted_type, me, since, 2 * first, most);
  IF NOT step.is_whole THEN
    IF cardinality(step.ids) = 0 AND had = 0 AND words.had = 0 THEN
      step := alliance_search_index(wanted, words.rarest, wanted_type, me, since, 2 * first);
    END IF;
    IF NOT step.is_whole THEN
      step := alliance_search_shared(wanted, wanted_type, me, since, far, most);
    END IF;
    IF NOT step.is_whole THEN
      step := alliance_search_index(wanted, words.rarest, wanted_type, me, since, NULL);
    END IF;
  END IF;
  RETURN QUERY SELECT * FROM unnest(ids || step.ids, times || step.times) AS f (i, t)
    ORDER BY t DESC, i DESC LIMIT most;
END $$;

CREATE FUNCTION alliance_search(
  wanted text[], types text[], most integer, first integer DEFAULT 100, far integer DEFAULT 4000)
RETURNS TABLE (root_type text, root_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT kind, f.root_id FROM unnest(types) AS kind,
    LATERAL alliance_search_type(wanted, kind, most, first, far) f
  ORDER BY f.created_at DESC, f.root_id DESC
$$;
GRANT CREATE ON SCHEMA public TO alliance_search;
ALTER FUNCTION alliance_search(text[], text[], integer, integer, integer) OWNER TO alliance_search;
REVOKE CREATE ON SCHEMA public FROM alliance_search;
"""  # noqa: S608 - constants alone

BARE_SHARED_ROWS: Final = DROP_SHARED_INDEX + SHARED_INDEX
_BEFORE: Final = """
DROP FUNCTION alliance_search(text[], text[], integer);
DROP FUNCTION alliance_search_type(text[], text, integer, integer);
DROP FUNCTION alliance_search_rare(text[], text, uuid, integer);
DROP FUNCTION alliance_search_index(text[], text, uuid);
DROP FUNCTION alliance_search_walk(text[], text, uuid, boolean, integer, integer, integer);
"""
_AFTER: Final = """
DROP FUNCTION alliance_search(text[], text[], integer, integer, integer);
DROP FUNCTION alliance_search_type(text[], text, integer, integer, integer);
DROP FUNCTION alliance_search_sample(text[], text, uuid, integer);
DROP FUNCTION alliance_search_walk(text[], text, uuid, integer, integer);
DROP FUNCTION alliance_search_shared(text[], text, uuid, timestamptz, integer, integer);
DROP FUNCTION alliance_search_rarest(text[], text, uuid, integer);
DROP FUNCTION alliance_search_own(text[], text[], text, uuid, bigint, bigint);
DROP FUNCTION alliance_search_index(text[], text[], text, uuid, timestamptz, integer);
"""
SEARCH_BY_WEEK: Final = _BEFORE + _SAMPLE + _WALK + _RAREST + _OWN + _INDEX + _TYPE
# The steps as they were before, and the search that asked them.
DROP_SEARCH_BY_WEEK: Final = (
    _AFTER
    + "CREATE FUNCTION alliance_search_walk"
    + SEARCH_RARE_FIRST.partition("CREATE FUNCTION alliance_search_walk")[2]
    + "CREATE FUNCTION alliance_search("
    + SEARCH_IN_STEPS.partition("CREATE OR REPLACE FUNCTION alliance_search(")[2]
    + "GRANT CREATE ON SCHEMA public TO alliance_search;"
    + "ALTER FUNCTION alliance_search(text[], text[], integer) OWNER TO alliance_search;"
    + "REVOKE CREATE ON SCHEMA public FROM alliance_search;"
)
