"""`chat_search` among many messages: by the index of words where few have them, else newest first.

A word that one message of ten has would be looked up, joined and sorted twenty thousand times for
the fifty that are shown. So the index is asked for some; where there are more, the newest messages
are walked, and only where those do not hold enough is everything that has the words put in order.
What a message says now is its last text, unless it was deleted.
"""

from apps.chat import search_sql

# So many entries that have the words are looked at one by one; so many newest messages are walked
# at first, then, and at most; in so few rooms each is walked alone.
FEW, FIRST, SECOND, WIDEST, FEW_ROOMS = 1500, 1000, 8000, 1_000_000, 20

_FITS = """(by_people IS NULL OR first.author_id = ANY (by_people)
        OR first.member_id = ANY (by_members))
      AND (NOT with_files OR cardinality(first.files) > 0)
      AND (since IS NULL OR first.posted_at >= since)
      AND (until IS NULL OR first.posted_at < until)"""
# The last change of the message, if there is one: an edit whose words count, or its end.
_NOW = """LEFT JOIN LATERAL (
        SELECT later.kind, later.words FROM chat_message later
        WHERE later.room_id = first.room_id AND later.target = first.seq
          AND later.kind IN ('edit', 'deletion')
        ORDER BY later.seq DESC LIMIT 1) now ON true"""
_SAYS = "now.kind IS DISTINCT FROM 'deletion' AND coalesce(now.words, first.words) @> wanted"

SEARCH_FUNCTION = f"""
CREATE OR REPLACE FUNCTION chat_search(
  wanted text[], mine jsonb, only_rooms uuid[], by_people uuid[], by_members uuid[],
  with_files boolean, since timestamptz, until timestamptz, most integer)
RETURNS TABLE (id uuid, posted_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
  readable uuid[];
  said uuid[];
  hits uuid[] := NULL;
  reach integer := {FIRST};
BEGIN
  -- A direct room is read for the member for whom the person talks there.
  SELECT array_agg(room.id) INTO readable FROM core_access a
  JOIN chat_room room ON room.root_type = a.subject_type AND room.root_id = a.subject_id
  WHERE a.viewer_id = alliance_member() AND a.level >= 3
    AND (a.expires_at IS NULL OR a.expires_at > alliance_now())
    AND (room.kind <> 'direct' OR room.people @> mine)
    AND (only_rooms IS NULL OR room.id = ANY (only_rooms));
  IF readable IS NULL THEN
    RETURN;
  END IF;
  IF cardinality(wanted) > 0 THEN
    said := ARRAY(SELECT m.id FROM chat_message m WHERE m.words @> wanted LIMIT {FEW} + 1);
    IF cardinality(said) <= {FEW} THEN
      hits := ARRAY(
        SELECT first.id FROM chat_message m
        JOIN chat_message first ON first.room_id = m.room_id
          AND first.seq = coalesce(m.target, m.seq)
        {_NOW}
        WHERE m.id = ANY (said) AND m.room_id = ANY (readable)
          AND first.kind = 'message' AND {_FITS} AND {_SAYS});
    END IF;
  END IF;
  IF hits IS NULL AND cardinality(readable) <= {FEW_ROOMS} THEN
    hits := ARRAY(
      SELECT newest.id FROM unnest(readable) AS room (id) CROSS JOIN LATERAL (
        SELECT first.id FROM chat_message first {_NOW}
        WHERE first.room_id = room.id AND first.kind = 'message' AND {_FITS} AND {_SAYS}
        ORDER BY first.seq DESC LIMIT most) newest);
  END IF;
  WHILE hits IS NULL LOOP
    hits := ARRAY(
      SELECT first.id FROM (
        SELECT * FROM chat_message m WHERE m.kind = 'message'
          AND (since IS NULL OR m.posted_at >= since)
          AND (until IS NULL OR m.posted_at < until)
        ORDER BY m.posted_at DESC LIMIT reach) first
      {_NOW}
      WHERE first.room_id = ANY (readable) AND {_FITS} AND {_SAYS});
    EXIT WHEN cardinality(hits) >= most OR reach IS NULL
      OR (cardinality(wanted) > 0 AND reach = {SECOND});
    reach := CASE WHEN reach < {WIDEST} THEN reach * 8 END;
    hits := NULL;
  END LOOP;
  IF cardinality(said) > {FEW} AND cardinality(hits) < most THEN
    reach := most * 8;
    LOOP
      hits := ARRAY(
        WITH entry AS MATERIALIZED (
          SELECT first.id, first.room_id, first.seq, first.target, first.kind, first.posted_at
          FROM chat_message first
          WHERE first.words @> wanted AND first.room_id = ANY (readable)
            AND (first.kind = 'edit' OR ({_FITS}))
        )
        SELECT unchanged.id FROM (
          SELECT first.* FROM entry first WHERE first.kind = 'message'
          ORDER BY first.posted_at DESC, first.id DESC LIMIT reach) unchanged
        WHERE NOT EXISTS (
          SELECT FROM chat_message later
          WHERE later.room_id = unchanged.room_id AND later.target = unchanged.seq
            AND later.kind IN ('edit', 'deletion'))
        UNION ALL
        SELECT first.id FROM entry anew
        JOIN chat_message first ON first.room_id = anew.room_id AND first.seq = anew.target
        WHERE anew.kind = 'edit' AND {_FITS} AND NOT EXISTS (
          SELECT FROM chat_message later
          WHERE later.room_id = anew.room_id AND later.target = anew.target
            AND later.seq > anew.seq AND later.kind IN ('edit', 'deletion')));
      EXIT WHEN cardinality(hits) >= most OR reach IS NULL;
      -- More of them were changed since than anybody expects: all of them, then.
      reach := NULL;
    END LOOP;
  END IF;
  RETURN QUERY SELECT m.id, m.posted_at FROM chat_message m WHERE m.id = ANY (hits)
    ORDER BY m.posted_at DESC, m.id DESC LIMIT most;
END $$;
"""  # noqa: S608 - constants alone
# The function as it was.
DROP = search_sql.SEARCH_FUNCTION.partition("GRANT")[0].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
