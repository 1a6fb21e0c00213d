"""The one function that searches, and the trigger that keeps the terms of grants as they were.

The search joins the stamped member's access rows itself.
"""

SEARCH_FUNCTION = """
CREATE FUNCTION alliance_search(wanted text[], types text[], most integer)
RETURNS TABLE (root_type text, root_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT e.root_type, e.root_id
  FROM sharing_searchentry e
  JOIN core_access a
    ON a.viewer_id = alliance_member()
   AND a.subject_type = e.root_type AND a.subject_id = e.root_id
   AND a.level >= e.min_level
   AND (a.expires_at IS NULL OR a.expires_at > alliance_now())
  WHERE e.grams @> wanted AND e.root_type = ANY (types)
  GROUP BY e.root_type, e.root_id
  ORDER BY max(a.created_at) DESC, e.root_id DESC
  LIMIT most
$$;
GRANT CREATE ON SCHEMA public TO alliance_search;
ALTER FUNCTION alliance_search(text[], text[], integer) OWNER TO alliance_search;
REVOKE CREATE ON SCHEMA public FROM alliance_search;
GRANT SELECT ON sharing_searchentry, core_access, core_clock TO alliance_search;
CREATE POLICY search_reads ON sharing_searchentry FOR SELECT TO alliance_search USING (true);
CREATE POLICY search_reads ON core_access FOR SELECT TO alliance_search USING (true);
"""

DROP_SEARCH_FUNCTION = """
DROP POLICY search_reads ON core_access;
DROP POLICY search_reads ON sharing_searchentry;
DROP FUNCTION alliance_search(text[], text[], integer);
"""

# Entries once carried their owner among their words; those of then may still.
OWNER_TAG = "@"
# Before each word of what is sealed: its owner finds it, and nobody confirms a guess by a search.
SEALED_TAG = "!"
TAG_ENTRIES = f"""
UPDATE sharing_searchentry SET grams = array_append(grams, '{OWNER_TAG}' || member_id)
WHERE NOT grams @> ARRAY['{OWNER_TAG}' || member_id];
"""  # noqa: S608 - constants alone

# What allies share, newest first: a small part of what a large member may read.
SHARED_INDEX = """
CREATE INDEX core_access_shared ON core_access
  (viewer_id, subject_type, created_at DESC, subject_id DESC) WHERE owner_id <> viewer_id;
"""
DROP_SHARED_INDEX = "DROP INDEX core_access_shared;"

# Whether the words of a subject, as far as an access row reaches, hold everything wanted. The fence
# keeps the planner from asking the index of words, which knows nothing of this one subject.
_HAS = """EXISTS (
    SELECT FROM (
      SELECT e.grams FROM sharing_searchentry e
      WHERE e.root_type = wanted_type AND e.root_id = a.subject_id AND e.min_level <= a.level
      OFFSET 0
    ) e WHERE e.grams @> wanted)"""
_OPEN = "(a.expires_at IS NULL OR a.expires_at > alliance_now())"

# Some of the newest rows of a member are looked through first: a word that many subjects have is
# found there, and the index of words would be slow, as it knows every member's. A word that few of
# them have is looked up in that index, within the owner's own part of it; what allies share is
# looked through as long as it is little. The steps are no definers themselves: called alone they
# see what the caller may.
SEARCH_IN_STEPS = f"""
CREATE FUNCTION alliance_search_walk(
  wanted text[], wanted_type text, me uuid, shared_only boolean, walk integer, most integer,
  OUT looked integer, OUT ids uuid[], OUT times timestamptz[])
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  IF shared_only THEN
    SELECT array_agg(h.subject_id), array_agg(h.created_at) INTO ids, times
    FROM (
      SELECT a.subject_id, a.created_at
      FROM (
        SELECT a.subject_id, a.created_at, a.level FROM core_access a
        WHERE a.viewer_id = me AND a.owner_id <> a.viewer_id AND a.subject_type = wanted_type
          AND {_OPEN}
        ORDER BY a.created_at DESC, a.subject_id DESC LIMIT walk) a
      WHERE {_HAS} LIMIT most) h;
    SELECT count(*) INTO looked FROM (
      SELECT FROM core_access a
      WHERE a.viewer_id = me AND a.owner_id <> a.viewer_id AND a.subject_type = wanted_type
        AND {_OPEN} LIMIT walk) w;
  ELSE
    SELECT array_agg(h.subject_id), array_agg(h.created_at) INTO ids, times
    FROM (
      SELECT a.subject_id, a.created_at
      FROM (
        SELECT a.subject_id, a.created_at, a.level FROM core_access a
        WHERE a.viewer_id = me AND a.subject_type = wanted_type AND {_OPEN}
        ORDER BY a.created_at DESC, a.subject_id DESC LIMIT walk) a
      WHERE {_HAS} LIMIT most) h;
    SELECT count(*) INTO looked FROM (
      SELECT FROM core_access a
      WHERE a.viewer_id = me AND a.subject_type = wanted_type AND {_OPEN} LIMIT walk) w;
  END IF;
  ids := coalesce(ids, '{{}}');
  times := coalesce(times, '{{}}');
END $$;

CREATE FUNCTION alliance_search_index(
  wanted text[], wanted_type text, me uuid,
  OUT ids uuid[], OUT times timestamptz[])
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  SELECT coalesce(array_agg(f.subject_id), '{{}}'), coalesce(array_agg(f.created_at), '{{}}')
  INTO ids, times
  FROM (
    SELECT DISTINCT a.subject_id, a.created_at FROM sharing_searchentry e
    JOIN core_access a ON a.viewer_id = me AND a.subject_type = e.root_type
      AND a.subject_id = e.root_id AND a.level >= e.min_level AND {_OPEN}
    WHERE e.grams @> wanted AND e.root_type = wanted_type) f;
END $$;

CREATE FUNCTION alliance_search_type(
  wanted text[], wanted_type text, most integer, first integer DEFAULT 2000)
RETURNS TABLE (root_id uuid, created_at timestamptz)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
  me CONSTANT uuid := alliance_member();
  near record;
  own record;
  had integer;
  walk integer;
BEGIN
  near := alliance_search_walk(wanted, wanted_type, me, false, first, most);
  had := cardinality(near.ids);
  walk := first;
  IF had < most AND near.looked = first AND had * 10 >= first THEN
    -- One of ten has it: not many rows further there are as many as wanted.
    walk := least(most::bigint * first / had * 5 / 4, 20000);
    near := alliance_search_walk(wanted, wanted_type, me, false, walk, most);
    had := cardinality(near.ids);
  END IF;
  IF had < most AND near.looked = walk THEN
    own := alliance_search_index(wanted || ('{OWNER_TAG}' || me), wanted_type, me);
    near := alliance_search_walk(wanted, wanted_type, me, true, 2 * first, most);
    IF near.looked = 2 * first THEN
      near := alliance_search_index(wanted, wanted_type, me);
    END IF;
    RETURN QUERY SELECT * FROM unnest(own.ids || near.ids, own.times || near.times) AS f (i, t)
      GROUP BY i, t ORDER BY t DESC, i DESC LIMIT most;
    RETURN;
  END IF;
  RETURN QUERY SELECT * FROM unnest(near.ids, near.times) AS f (i, t)
    ORDER BY t DESC, i DESC LIMIT most;
END $$;

CREATE OR REPLACE FUNCTION alliance_search(wanted text[], types text[], most integer)
RETURNS TABLE (root_type text, root_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT kind, f.root_id FROM unnest(types) AS kind,
    LATERAL alliance_search_type(wanted, kind, most) f
  ORDER BY f.created_at DESC, f.root_id DESC LIMIT most
$$;
"""  # noqa: S608 - constants alone
DROP_SEARCH_IN_STEPS = (
    SEARCH_FUNCTION.partition("GRANT")[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    + """
DROP FUNCTION alliance_search_type(text[], text, integer, integer);
DROP FUNCTION alliance_search_index(text[], text, uuid);
DROP FUNCTION alliance_search_walk(text[], text, uuid, boolean, integer, integer);
"""
)

# A member's newest rows tell how common a word is among what it may read. To look through four
# thousand of them costs less than to look up two thousand hits in the index of words, which knows
# every member's: so a word that one of 90 has is looked for in the newest rows alone. One that none
# of the newest has may be rare altogether, and what is sealed its owner alone finds: both are asked
# of the index at once. What is neither is looked up within the owner's own part of the index; what
# allies share is looked through as long as it is little.
SEARCH_RARE_FIRST = f"""
DROP FUNCTION alliance_search_type(text[], text, integer, integer);

DROP FUNCTION alliance_search_walk(text[], text, uuid, boolean, integer, integer);

CREATE FUNCTION alliance_search_walk(
  wanted text[], wanted_type text, me uuid, shared_only boolean, past integer, walk integer,
  most integer, OUT looked integer, OUT ids uuid[], OUT times timestamptz[])
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  IF shared_only THEN
    SELECT array_agg(h.subject_id), array_agg(h.created_at) INTO ids, times
    FROM (
      SELECT a.subject_id, a.created_at
      FROM (
        SELECT a.subject_id, a.created_at, a.level FROM core_access a
        WHERE a.viewer_id = me AND a.owner_id <> a.viewer_id AND a.subject_type = wanted_type
          AND {_OPEN}
        ORDER BY a.created_at DESC, a.subject_id DESC OFFSET past LIMIT walk) a
      WHERE {_HAS} LIMIT most) h;
    IF ids IS NULL OR cardinality(ids) < most THEN
      SELECT count(*) INTO looked FROM (
        SELECT FROM core_access a
        WHERE a.viewer_id = me AND a.owner_id <> a.viewer_id AND a.subject_type = wanted_type
          AND {_OPEN} OFFSET past LIMIT walk) w;
    END IF;
  ELSE
    SELECT array_agg(h.subject_id), array_agg(h.created_at) INTO ids, times
    FROM (
      SELECT a.subject_id, a.created_at
      FROM (
        SELECT a.subject_id, a.created_at, a.level FROM core_access a
        WHERE a.viewer_id = me AND a.subject_type = wanted_type AND {_OPEN}
        ORDER BY a.created_at DESC, a.subject_id DESC OFFSET past LIMIT walk) a
      WHERE {_HAS} LIMIT most) h;
    IF ids IS NULL OR cardinality(ids) < most THEN
      SELECT count(*) INTO looked FROM (
        SELECT FROM core_access a
        WHERE a.viewer_id = me AND a.subject_type = wanted_type AND {_OPEN}
        OFFSET past LIMIT walk) w;
    END IF;
  END IF;
  ids := coalesce(ids, '{{}}');
  times := coalesce(times, '{{}}');
END $$;

CREATE OR REPLACE FUNCTION alliance_search_index(
  wanted text[], wanted_type text, me uuid,
  OUT ids uuid[], OUT times timestamptz[])
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
BEGIN
  SELECT coalesce(array_agg(a.subject_id), '{{}}'), coalesce(array_agg(a.created_at), '{{}}')
  INTO ids, times
  FROM (
    SELECT e.root_id, min(e.min_level) AS least FROM sharing_searchentry e
    WHERE e.grams @> wanted AND e.root_type = wanted_type GROUP BY e.root_id OFFSET 0) e
  JOIN core_access a ON a.viewer_id = me AND a.subject_type = wanted_type
    AND a.subject_id = e.root_id AND a.level >= e.least AND {_OPEN};
END $$;

CREATE FUNCTION alliance_search_rare(
  wanted text[], wanted_type text, me uuid, few integer,
  OUT is_rare boolean, OUT ids uuid[], OUT times timestamptz[])
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
DECLARE
  found uuid[];
  levels integer[];
BEGIN
  SELECT array_agg(e.root_id), array_agg(e.min_level) INTO found, levels
  FROM (
    SELECT e.root_id, e.min_level FROM sharing_searchentry e
    WHERE e.grams @> wanted AND e.root_type = wanted_type LIMIT few + 1) e;
  is_rare := coalesce(cardinality(found), 0) <= few;
  IF is_rare THEN
    SELECT coalesce(array_agg(a.subject_id), '{{}}'), coalesce(array_agg(a.created_at), '{{}}')
    INTO ids, times
    FROM (
      SELECT root_id, min(level) AS least FROM unnest(found, levels) AS e (root_id, level)
      GROUP BY root_id OFFSET 0) e
    JOIN core_access a ON a.viewer_id = me AND a.subject_type = wanted_type
      AND a.subject_id = e.root_id AND a.level >= e.least AND {_OPEN};
  END IF;
END $$;

CREATE FUNCTION alliance_search_type(
  wanted text[], wanted_type text, most integer, first integer DEFAULT 600)
RETURNS TABLE (root_id uuid, created_at timestamptz)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
  me CONSTANT uuid := alliance_member();
  near record;
  own record;
  ids uuid[] := '{{}}';
  times timestamptz[] := '{{}}';
  had integer := 0;
  seen integer := 0;
  walk integer := first;
BEGIN
  -- What is sealed is not looked for among the newest: few have any of it.
  WHILE NOT starts_with(wanted[1], '{SEALED_TAG}') LOOP
    near := alliance_search_walk(wanted, wanted_type, me, false, seen, walk, most - had);
    ids := ids || near.ids;
    times := times || near.times;
    had := cardinality(ids);
    IF had = most OR near.looked < walk THEN
      RETURN QUERY SELECT * FROM unnest(ids, times) AS f (i, t) ORDER BY t DESC, i DESC;
      RETURN;
    END IF;
    seen := seen + walk;
    EXIT WHEN had * 90 < seen OR seen > 10000;
    walk := (most - had)::bigint * seen / had * 5 / 4 + 1;
  END LOOP;
  IF had = 0 THEN
    near := alliance_search_rare(wanted, wanted_type, me, 2 * first);
    IF near.is_rare THEN
      RETURN QUERY SELECT * FROM unnest(near.ids, near.times) AS f (i, t)
        ORDER BY t DESC, i DESC LIMIT most;
      RETURN;
    END IF;
  END IF;
  own := alliance_search_index(wanted || ('{OWNER_TAG}' || me), wanted_type, me);
  near := alliance_search_walk(wanted, wanted_type, me, true, 0, 6 * first, most);
  IF near.looked = 6 * first THEN
    near := alliance_search_index(wanted, wanted_type, me);
  END IF;
  RETURN QUERY SELECT * FROM unnest(own.ids || near.ids, own.times || near.times) AS f (i, t)
    GROUP BY i, t ORDER BY t DESC, i DESC LIMIT most;
END $$;
"""  # noqa: S608 - constants alone
# The steps as they were before.
DROP_SEARCH_RARE_FIRST = (
    """
DROP FUNCTION alliance_search_type(text[], text, integer, integer);
DROP FUNCTION alliance_search_rare(text[], text, uuid, integer);
DROP FUNCTION alliance_search_index(text[], text, uuid);
DROP FUNCTION alliance_search_walk(
  text[], text, uuid, boolean, integer, integer, integer);
"""
    + SEARCH_IN_STEPS
)

GRANT_TERMS_TRIGGER = """
CREATE FUNCTION alliance_keep_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the terms of a grant never change: give a successor'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'sharing_grant_terms';
END $$;
CREATE TRIGGER sharing_grant_terms BEFORE UPDATE ON sharing_grant FOR EACH ROW
WHEN (
  (OLD.member_id, OLD.grantee_id, OLD.grantee_kind, OLD.subject_type, OLD.subject_id, OLD.level,
   OLD.capabilities, OLD.purpose, OLD.not_before, OLD.expires_at, OLD.version)
  IS DISTINCT FROM
  (NEW.member_id, NEW.grantee_id, NEW.grantee_kind, NEW.subject_type, NEW.subject_id, NEW.level,
   NEW.capabilities, NEW.purpose, NEW.not_before, NEW.expires_at, NEW.version)
)
EXECUTE FUNCTION alliance_keep_terms();
"""

DROP_GRANT_TERMS_TRIGGER = """
DROP TRIGGER sharing_grant_terms ON sharing_grant;
DROP FUNCTION alliance_keep_terms();
"""
