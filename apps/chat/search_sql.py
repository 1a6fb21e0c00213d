"""The one function that finds messages; it starts from the stamped viewer's own access rows.

The array operator is not leakproof, so under row-level security its index would not be used: the
function belongs to the role that searches, and joins the access rows itself.
"""

_OPEN = """a.viewer_id = alliance_member() AND a.subject_type = room.root_type
      AND a.subject_id = room.root_id AND a.level >= 3
      AND (a.expires_at IS NULL OR a.expires_at > alliance_now())"""
# A direct room is read for the member for whom the person talks there.
_ROOM = """(room.kind <> 'direct' OR room.people @> mine)
    AND (only_rooms IS NULL OR room.id = ANY (only_rooms))"""
_FIRST = """(by_people IS NULL OR first.author_id = ANY (by_people)
      OR first.member_id = ANY (by_members))
    AND (NOT with_files OR cardinality(first.files) > 0)
    AND (since IS NULL OR first.posted_at >= since)
    AND (until IS NULL OR first.posted_at < until)"""

# What a message says now is its last text, unless it was deleted: a later entry about it ends what
# an earlier one says. Without words the newest of each room are looked through.
SEARCH_FUNCTION = f"""
CREATE FUNCTION chat_search(
  wanted text[], mine jsonb, only_rooms uuid[], by_people uuid[], by_members uuid[],
  with_files boolean, since timestamptz, until timestamptz, most integer)
RETURNS TABLE (id uuid, posted_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
BEGIN
  IF cardinality(wanted) > 0 THEN
    RETURN QUERY SELECT first.id, first.posted_at
    FROM chat_message said
    JOIN chat_room room ON room.id = said.room_id
    JOIN core_access a ON {_OPEN}
    JOIN chat_message first ON first.room_id = said.room_id
      AND first.seq = coalesce(said.target, said.seq)
    WHERE said.words @> wanted AND {_ROOM} AND {_FIRST}
      AND NOT EXISTS (SELECT FROM chat_message later
        WHERE later.room_id = said.room_id AND later.target = first.seq AND later.seq > said.seq
          AND later.kind IN ('edit', 'deletion'))
    ORDER BY first.posted_at DESC, first.id DESC LIMIT most;
  ELSE
    RETURN QUERY SELECT newest.id, newest.posted_at
    FROM core_access a
    JOIN chat_room room ON {_OPEN}
    CROSS JOIN LATERAL (
      SELECT first.id, first.posted_at FROM chat_message first
      WHERE first.room_id = room.id AND first.kind = 'message' AND {_FIRST}
        AND NOT EXISTS (SELECT FROM chat_message later
          WHERE later.room_id = room.id AND later.target = first.seq AND later.kind = 'deletion')
      ORDER BY first.seq DESC LIMIT most) newest
    WHERE {_ROOM}
    ORDER BY newest.posted_at DESC, newest.id DESC LIMIT most;
  END IF;
END $$;
GRANT CREATE ON SCHEMA public TO alliance_search;
ALTER FUNCTION chat_search(
  text[], jsonb, uuid[], uuid[], uuid[], boolean, timestamptz, timestamptz, integer)
  OWNER TO alliance_search;
REVOKE CREATE ON SCHEMA public FROM alliance_search;
GRANT SELECT ON chat_message, chat_room TO alliance_search;
CREATE POLICY search_reads ON chat_message FOR SELECT TO alliance_search USING (true);
CREATE POLICY search_reads ON chat_room FOR SELECT TO alliance_search USING (true);
"""  # noqa: S608 - constants alone

DROP_SEARCH_FUNCTION = """
DROP POLICY search_reads ON chat_room;
DROP POLICY search_reads ON chat_message;
DROP FUNCTION chat_search(
  text[], jsonb, uuid[], uuid[], uuid[], boolean, timestamptz, timestamptz, integer);
REVOKE ALL ON chat_message, chat_room FROM alliance_search;
"""
