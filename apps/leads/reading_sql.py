"""What lists and links of leads ask again and again, planned once.

To plan such a statement behind the walls costs more than to answer it: a function keeps its plan
for as long as the session lives. They are no definers: the walls hold for whoever calls them.
A plan may be made while there is nothing yet: what is joined is fenced, so that it is looked up by
key for what was found, never the other way round.
"""

from typing import Final

_PLANNED: Final = """LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET enable_memoize = off"""
# What is compared as a whole is compared by a hash, whatever the plan takes for its size.
_COMPARED: Final = """LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_nestloop = off
SET enable_mergejoin = off SET enable_memoize = off SET max_parallel_workers_per_gather = 0
SET jit = off"""
_OPEN: Final = "(a.expires_at IS NULL OR a.expires_at > alliance_now())"

# Leads with the viewer's access rows, the newest first.
_LINES: Final = f"""
CREATE FUNCTION alliance_lead_lines(me uuid, wanted uuid[], at timestamptz, most integer)
RETURNS TABLE (
  viewer_id uuid, owner_id uuid, level smallint, came_at timestamptz, lead leads_lead)
{_PLANNED} AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT a.viewer_id, a.owner_id, a.level, a.created_at, l.told
  FROM (
    SELECT a.* FROM (SELECT DISTINCT u.id FROM unnest(wanted) AS u (id) OFFSET 0) u
    CROSS JOIN LATERAL (
      SELECT * FROM core_access a
      WHERE a.viewer_id = me AND a.subject_type = 'lead' AND a.subject_id = u.id
        AND (a.expires_at IS NULL OR a.expires_at > at) OFFSET 0) a
    ORDER BY a.created_at DESC, a.subject_id DESC LIMIT most) a
  CROSS JOIN LATERAL (SELECT l AS told FROM leads_lead l WHERE l.id = a.subject_id OFFSET 0) l
  ORDER BY a.created_at DESC, a.subject_id DESC;
END $$;
"""  # noqa: S608 - constants alone

# Whether the value of `s` is that of `own`, or stands under it where that is a domain.
COVERS: Final = """(
      (own.kind = s.kind AND own.namespace = s.namespace AND own.norm = s.norm)
      OR (own.kind = 'domain' AND s.kind IN ('domain', 'url', 'email')
        AND right('.' || CASE s.kind
            WHEN 'domain' THEN s.norm
            WHEN 'email' THEN split_part(s.norm, '@', 2)
            ELSE substring(s.norm FROM '^[a-z]+://([^/:?#]+)') END,
          length(own.norm) + 1) = '.' || own.norm))"""


def owned(me: str) -> str:
    """Whether the value of `s` is one that `me` calls its own, or is covered by one."""
    return f"""EXISTS (
    SELECT FROM leads_ownselector own WHERE own.member_id = {me} AND {COVERS} OFFSET 0)"""


# What of some leads the viewer may know and does not own itself, with its level of the lead.
_VALUES: Final = f"""
CREATE FUNCTION alliance_lead_values(me uuid, leads uuid[], lowest smallint)
RETURNS TABLE (kind text, namespace text, norm text, level smallint)
{_PLANNED} AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT s.kind, s.namespace, s.norm, a.level
  FROM unnest(leads) AS u (id)
  CROSS JOIN LATERAL (
    SELECT a.level FROM core_access a
    WHERE a.viewer_id = me AND a.subject_type = 'lead' AND a.subject_id = u.id
      AND a.level >= lowest AND {_OPEN} OFFSET 0) a
  CROSS JOIN LATERAL (
    SELECT * FROM leads_leadselector s
    WHERE s.lead_id = u.id AND s.key IS NOT NULL OFFSET 0) s
  WHERE NOT {owned("me")}
  ORDER BY s.position, s.id;
END $$;
"""  # noqa: S608 - constants alone

# What may be seen of what was posted, with its access row.
_FOUND: Final = f"""known AS MATERIALIZED (
    SELECT a.* FROM (SELECT DISTINCT p.lead_id FROM posted p OFFSET 0) u
    CROSS JOIN LATERAL (
      SELECT a.subject_id, a.viewer_id, a.owner_id, a.level, a.created_at FROM core_access a
      WHERE a.viewer_id = me AND a.subject_type = 'lead' AND a.subject_id = u.lead_id
        AND {_OPEN} OFFSET 0) a
  ), found AS MATERIALIZED (
    SELECT p.digest, p.member_id, p.lead_id, a.viewer_id, a.owner_id, a.level, a.created_at
    FROM known a JOIN posted p ON p.lead_id = a.subject_id
    WHERE a.owner_id = me OR a.level >= p.level)"""  # noqa: S608 - constants alone
_POSTED: Final = """
    SELECT p.digest, p.member_id, p.lead_id, w.level
    FROM unnest(rare, rare_levels) AS w (digest, level) CROSS JOIN LATERAL (
      SELECT p.digest, p.member_id, p.lead_id FROM leads_selectorposting p
      WHERE p.digest = w.digest OFFSET 0) p
    WHERE p.lead_id <> ALL (besides)"""
# In the order in which they are told; of what is cut, its value is told.
_PLACED: Final = """row_number() OVER (
      PARTITION BY f.digest, f.member_id ORDER BY f.created_at DESC, f.lead_id DESC) AS place,
      count(*) OVER (PARTITION BY f.digest, f.member_id) AS of_one"""
_NEWEST: Final = """
    SELECT s.lead_id, s.viewer_id, s.owner_id, s.level, s.created_at,
      array_agg(s.digest) AS digests, array_agg(s.digest) FILTER (WHERE s.of_one > cap) AS cut
    FROM seen s WHERE s.place <= cap
    GROUP BY s.lead_id, s.viewer_id, s.owner_id, s.level, s.created_at
    ORDER BY s.created_at DESC, s.lead_id DESC LIMIT most"""
_JUDGED: Final = """judged AS MATERIALIZED (
    SELECT pair.other_id AS id, pair.verdict FROM leads_pairjudgement pair
    WHERE pair.member_id = me AND pair.lead_id = ANY (besides)
    UNION ALL
    SELECT pair.lead_id, pair.verdict FROM leads_pairjudgement pair
    WHERE pair.member_id = me AND pair.other_id = ANY (besides)
  )"""
_TOLD: Final = """
  SELECT n.digests, n.cut,
    (SELECT j.verdict FROM judged j WHERE j.id = n.lead_id LIMIT 1),
    n.viewer_id, n.owner_id, n.level, n.created_at, l.told
  FROM newest n
  CROSS JOIN LATERAL (SELECT l AS told FROM leads_lead l WHERE l.id = n.lead_id OFFSET 0) l
  ORDER BY n.created_at DESC, n.lead_id DESC;"""
# The newest leads with one of the digests that the viewer may see at its level, of one member and
# digest so many, with the digests of which there are more, and what the viewer thinks of the pair
# with one of `besides`, which are no answer.
# Most values nobody else has, and few leads have most others: those leads are asked for the
# viewer's access row, each once, as two leads of one seller have several values in common. Where
# more leads have a value, one's own newest are read by the index, and what allies share, back to
# the last own lead that is wanted, is compared with all that have it, or, where thousands do,
# looked through lead by lead. A plan costs by its size before it reads a row, so there are three.
_LINKS: Final = f"""
CREATE FUNCTION alliance_lead_links(
  me uuid, besides uuid[], digests bytea[], levels smallint[], cap integer, few integer,
  many integer, most integer)
RETURNS TABLE (
  digests_had bytea[], digests_cut bytea[], verdict text, viewer_id uuid, owner_id uuid,
  level smallint, came_at timestamptz, lead leads_lead)
{_COMPARED} AS $$
#variable_conflict use_column
DECLARE
  rare bytea[];
  rare_levels smallint[];
  frequent bytea[];
  frequent_levels smallint[];
  common_ones bytea[];
BEGIN
  SELECT array_agg(n.digest) FILTER (WHERE n.had <= few),
    array_agg(n.level) FILTER (WHERE n.had <= few),
    array_agg(n.digest) FILTER (WHERE n.had > few),
    array_agg(n.level) FILTER (WHERE n.had > few),
    array_agg(n.digest) FILTER (WHERE n.had > many)
  INTO rare, rare_levels, frequent, frequent_levels, common_ones
  FROM (SELECT told.digest, told.level, (SELECT count(*) FROM (
      SELECT FROM leads_selectorposting p
      WHERE p.digest = told.digest AND p.lead_id <> ALL (besides) LIMIT many + 1
    ) p) AS had
    FROM unnest(digests, levels) AS told (digest, level) OFFSET 0) n
  WHERE n.had > 0;

  IF frequent IS NULL THEN
    IF rare IS NOT NULL THEN
      RETURN QUERY
      WITH posted AS MATERIALIZED ({_POSTED}
      ), {_FOUND}, {_JUDGED}, seen AS (
        SELECT f.*, {_PLACED} FROM found f
      ), newest AS ({_NEWEST}
      ){_TOLD}
    END IF;
    RETURN;
  END IF;

  RETURN QUERY
  WITH asked AS MATERIALIZED (
    SELECT w.digest, w.level, w.digest = ANY (common_ones) IS TRUE AS is_common
    FROM unnest(frequent, frequent_levels) AS w (digest, level)
  ), posted AS MATERIALIZED ({_POSTED}
    UNION ALL
    SELECT p.digest, p.member_id, p.lead_id, w.level
    FROM asked w CROSS JOIN LATERAL (
      SELECT p.digest, p.member_id, p.lead_id FROM leads_selectorposting p
      WHERE p.digest = w.digest AND p.member_id = me AND p.lead_id <> ALL (besides)
      ORDER BY p.lead_id DESC LIMIT cap + 1) p
  ), {_FOUND}, common AS MATERIALIZED (
    SELECT min(w.level) AS lowest,
      coalesce((
        SELECT f.created_at FROM found f WHERE f.owner_id = me GROUP BY f.lead_id, f.created_at
        ORDER BY f.created_at DESC OFFSET most - 1 + cardinality(frequent) LIMIT 1), '-infinity'
        ) AS since
    FROM asked w
  ), theirs AS NOT MATERIALIZED (
    SELECT a.* FROM common c CROSS JOIN LATERAL (
      SELECT a.subject_id, a.viewer_id, a.owner_id, a.level, a.created_at FROM core_access a
      WHERE a.viewer_id = me AND a.owner_id <> a.viewer_id AND a.subject_type = 'lead'
        AND a.created_at >= c.since AND a.level >= c.lowest AND {_OPEN} OFFSET 0) a
    WHERE a.subject_id <> ALL (besides)
  ), shared AS (
    SELECT p.digest, p.member_id, p.lead_id, a.viewer_id, a.owner_id, a.level, a.created_at
    FROM asked w CROSS JOIN LATERAL (
      SELECT p.digest, p.member_id, p.lead_id FROM leads_selectorposting p
      WHERE p.digest = w.digest OFFSET 0) p
    JOIN theirs a ON a.subject_id = p.lead_id
    WHERE NOT w.is_common AND a.level >= w.level
    UNION ALL
    SELECT p.digest, p.member_id, p.lead_id, a.viewer_id, a.owner_id, a.level, a.created_at
    FROM theirs a CROSS JOIN LATERAL (
      SELECT p.digest, p.member_id, p.lead_id FROM leads_selectorposting p
      WHERE p.lead_id = a.subject_id AND p.digest = ANY (common_ones) OFFSET 0) p
    JOIN asked w ON w.digest = p.digest AND a.level >= w.level
    WHERE common_ones IS NOT NULL
  ), {_JUDGED}, seen AS (
    SELECT f.*, {_PLACED}
    FROM (SELECT * FROM found UNION ALL SELECT * FROM shared) f
  ), newest AS ({_NEWEST}
  ){_TOLD}
END $$;
"""  # noqa: S608 - constants alone

READ_AT_ONCE: Final = _LINES + _VALUES + _LINKS
_DROP_LINKS: Final = """
DROP FUNCTION alliance_lead_links(
  uuid, uuid[], bytea[], smallint[], integer, integer, integer, integer);
"""
# For where an earlier form of it was made.
LINKS_ANEW: Final = _DROP_LINKS + _LINKS
VALUES_ANEW: Final = _VALUES.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
DROP_READ_AT_ONCE: Final = f"""
DROP FUNCTION alliance_lead_lines(uuid, uuid[], timestamptz, integer);
DROP FUNCTION alliance_lead_values(uuid, uuid[], smallint);
{_DROP_LINKS}"""
