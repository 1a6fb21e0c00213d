"""The one way into a room's sequence: a function that asks again whether the sender may.

It belongs to a role that may append to rooms and do nothing else, so that many members' messages
are one statement (group commit). It numbers, keeps, announces, and tells who may read at that
instant, all under the lock of the room's sequencer.
"""

# jsonb_populate_record follows the table: a column that is added needs nothing here.
APPEND_FUNCTION = """
CREATE FUNCTION chat_append(batch jsonb)
RETURNS TABLE (
  place integer, outcome text, seq bigint, id uuid, posted_at timestamptz, readers uuid[])
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  stamped text := coalesce(current_setting('app.member', true), '');
  moment timestamptz := alliance_now();
BEGIN
  IF stamped <> '' AND EXISTS (
    SELECT FROM jsonb_array_elements(batch) AS item
    WHERE item -> 'message' ->> 'member_id' IS DISTINCT FROM stamped) THEN
    RAISE insufficient_privilege
      USING MESSAGE = 'a message is written under the stamp of its own member';
  END IF;
  -- The sequencers, in the order in which everybody locks. What is read below is read after: a
  -- repeat that another process has just committed is seen, and access that is being taken waits.
  PERFORM FROM core_head h
  WHERE h.subject_type = 'room' AND h.subject_id IN (
    SELECT (item -> 'message' ->> 'room_id')::uuid FROM jsonb_array_elements(batch) AS item)
  ORDER BY h.subject_id FOR UPDATE;
  RETURN QUERY
  WITH item AS MATERIALIZED (
    SELECT i.n::integer AS n, i.doc -> 'message' AS message, i.doc -> 'event' AS event,
      coalesce((i.doc ->> 'repeats_only')::boolean, false) AS repeats_only,
      m.room_id, m.member_id, m.author_id, m.cid, m.kind, m.reply_to, m.target, m.thread
    FROM jsonb_array_elements(batch) WITH ORDINALITY AS i (doc, n),
      LATERAL jsonb_populate_record(NULL::chat_message, i.doc -> 'message') AS m
  ), sender AS MATERIALIZED (
    SELECT who.room_id, who.member_id, who.author_id, room.root_type, room.root_id, h.seq AS head,
      a.owner_id, a.capabilities,
      who.author_id IS NULL OR EXISTS (
        SELECT FROM members_membership AS works JOIN members_member AS home
          ON home.id = works.member_id AND home.state = 'active'
        WHERE works.user_id = who.author_id AND works.member_id = who.member_id
          AND works.ended_at IS NULL) AS is_known
    FROM (SELECT DISTINCT room_id, member_id, author_id FROM item) AS who
    JOIN chat_room AS room ON room.id = who.room_id
    JOIN core_head AS h ON h.subject_type = 'room' AND h.subject_id = who.room_id
    -- Direct messages are given to the person, not to the member.
    JOIN core_access AS a ON a.subject_type = room.root_type AND a.subject_id = room.root_id
      AND a.viewer_id = CASE room.kind WHEN 'direct' THEN who.author_id ELSE who.member_id END
      AND a.level >= 3 AND (a.expires_at IS NULL OR a.expires_at > moment)
    WHERE room.kind <> 'direct'
      OR room.people @> jsonb_build_array(jsonb_build_array(who.member_id, who.author_id))
  ), known AS MATERIALIZED (
    -- By the whole key of the index: an author who is none is looked for apart.
    SELECT item.n, k.seq, k.id, k.posted_at FROM item JOIN chat_message AS k
      ON k.room_id = item.room_id AND k.member_id = item.member_id
      AND k.author_id = item.author_id AND k.cid = item.cid
    UNION ALL
    SELECT item.n, k.seq, k.id, k.posted_at FROM item JOIN chat_message AS k
      ON k.room_id = item.room_id AND k.member_id = item.member_id
      AND item.author_id IS NULL AND k.author_id IS NULL AND k.cid = item.cid
  ), judged AS MATERIALIZED (
    SELECT item.*, sender.root_type, sender.root_id, sender.head,
      known.seq AS known_seq, known.id AS known_id, known.posted_at AS known_at,
      first_value(item.n) OVER same AS first_n,
      CASE
        WHEN sender.owner_id IS NULL OR NOT sender.is_known THEN 'not_found'
        WHEN item.kind <> 'notice' AND sender.owner_id <> item.member_id
          AND NOT sender.capabilities && ARRAY['comment', 'act'] THEN 'not_shared'
        WHEN known.n IS NOT NULL THEN 'repeat'
        WHEN item.repeats_only THEN 'absent'
        WHEN greatest(item.reply_to, item.target, item.thread) > sender.head
          OR least(item.reply_to, item.target, item.thread) < 1 THEN 'no_target'
        WHEN row_number() OVER same > 1 THEN 'copy'
        ELSE 'kept'
      END AS outcome
    FROM item
    LEFT JOIN sender ON sender.room_id = item.room_id AND sender.member_id = item.member_id
      AND sender.author_id IS NOT DISTINCT FROM item.author_id
    LEFT JOIN known ON known.n = item.n
    WINDOW same AS (
      PARTITION BY item.room_id, item.member_id, item.author_id, item.cid ORDER BY item.n)
  ), kept AS MATERIALIZED (
    SELECT judged.*, head + row_number() OVER (PARTITION BY room_id ORDER BY n) AS new_seq,
      coalesce((message ->> 'posted_at')::timestamptz, moment) AS new_at
    FROM judged WHERE judged.outcome = 'kept'
  ), numbered AS (
    UPDATE core_head AS h SET seq = h.seq + more.count
    FROM (SELECT room_id, count(*) AS count FROM kept GROUP BY room_id) AS more
    WHERE h.subject_type = 'room' AND h.subject_id = more.room_id
  ), written AS (
    INSERT INTO chat_message
    SELECT m.* FROM kept, LATERAL jsonb_populate_record(
      NULL::chat_message, kept.message || jsonb_build_object(
        'seq', kept.new_seq, 'posted_at', kept.new_at,
        'root_type', kept.root_type, 'root_id', kept.root_id)) AS m
  ), told AS (
    INSERT INTO core_event
    SELECT e.* FROM kept, LATERAL jsonb_populate_record(
      NULL::core_event, kept.event || jsonb_build_object(
        'seq', kept.new_seq, 'occurred_at', kept.new_at, 'member_id', kept.member_id,
        'subject_type', 'room', 'subject_id', kept.room_id,
        'root_type', kept.root_type, 'root_id', kept.root_id)) AS e
  ), waiting AS (
    INSERT INTO core_outbox (event_id, member_id, created_at, attempts, next_at, error)
    SELECT (kept.event ->> 'id')::uuid, kept.member_id, kept.new_at, 0, kept.new_at, '' FROM kept
  ), reading AS (
    SELECT room.room_id, array_agg(a.viewer_id) AS viewers
    FROM (SELECT DISTINCT room_id, root_type, root_id FROM kept) AS room
    JOIN core_access AS a ON a.subject_type = room.root_type AND a.subject_id = room.root_id
      AND a.level >= 3 AND (a.expires_at IS NULL OR a.expires_at > moment)
    GROUP BY room.room_id
  )
  SELECT judged.n,
    CASE WHEN judged.outcome <> 'copy' THEN judged.outcome
      WHEN original.n IS NULL THEN 'not_found' ELSE 'repeat' END,
    coalesce(judged.known_seq, original.new_seq),
    coalesce(judged.known_id, (original.message ->> 'id')::uuid),
    coalesce(judged.known_at, original.new_at),
    CASE WHEN judged.outcome = 'kept' THEN reading.viewers END
  FROM judged
  LEFT JOIN kept AS original ON judged.outcome IN ('kept', 'copy') AND original.n = judged.first_n
  LEFT JOIN reading ON reading.room_id = judged.room_id
  ORDER BY judged.n;
END $$;
"""

# Access that is being taken waits, as the last thing before its commit, for whoever is appending:
# a message is committed before the access of a reader ends, or it does not count him among its
# readers. Leads have no rooms, and go by the hundred thousand.
ACCESS_TRIGGER = """
CREATE FUNCTION chat_wait_for_writers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM FROM core_head h JOIN chat_room room
    ON h.subject_type = 'room' AND h.subject_id = room.id
  WHERE room.root_type = OLD.subject_type AND room.root_id = OLD.subject_id
  ORDER BY h.subject_id FOR UPDATE OF h;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER chat_access_taken AFTER DELETE ON core_access
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.subject_type <> 'lead' AND OLD.level >= 3)
  EXECUTE FUNCTION chat_wait_for_writers();
CREATE CONSTRAINT TRIGGER chat_access_lowered AFTER UPDATE ON core_access
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.subject_type <> 'lead' AND OLD.level >= 3 AND (
    NEW.level < 3 OR NEW.expires_at IS DISTINCT FROM OLD.expires_at))
  EXECUTE FUNCTION chat_wait_for_writers();
"""

OWNERSHIP = """
GRANT CREATE ON SCHEMA public TO alliance_chat;
ALTER FUNCTION chat_append(jsonb) OWNER TO alliance_chat;
ALTER FUNCTION chat_wait_for_writers() OWNER TO alliance_chat;
REVOKE CREATE ON SCHEMA public FROM alliance_chat;
REVOKE ALL ON FUNCTION chat_append(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION chat_append(jsonb) TO alliance_app;
GRANT SELECT ON core_access, core_clock, chat_room TO alliance_chat;
GRANT SELECT, UPDATE ON core_head TO alliance_chat;
GRANT SELECT, INSERT ON chat_message TO alliance_chat;
GRANT INSERT ON core_event, core_outbox TO alliance_chat;
GRANT SELECT (user_id, member_id, ended_at) ON members_membership TO alliance_chat;
GRANT SELECT (id, state) ON members_member TO alliance_chat;
CREATE POLICY chat_reads ON core_access FOR SELECT TO alliance_chat USING (true);
CREATE POLICY chat_reads ON chat_room FOR SELECT TO alliance_chat USING (true);
CREATE POLICY chat_reads ON chat_message FOR SELECT TO alliance_chat USING (true);
CREATE POLICY chat_adds ON chat_message FOR INSERT TO alliance_chat WITH CHECK (true);
CREATE POLICY chat_adds ON core_event FOR INSERT TO alliance_chat WITH CHECK (true);
"""

DROP = """
DROP POLICY chat_adds ON core_event;
DROP POLICY chat_adds ON chat_message;
DROP POLICY chat_reads ON chat_message;
DROP POLICY chat_reads ON chat_room;
DROP POLICY chat_reads ON core_access;
DROP TRIGGER chat_access_lowered ON core_access;
DROP TRIGGER chat_access_taken ON core_access;
DROP FUNCTION chat_wait_for_writers();
DROP FUNCTION chat_append(jsonb);
REVOKE ALL ON core_access, core_clock, chat_room, core_head, chat_message, core_event, core_outbox,
  members_membership, members_member FROM alliance_chat;
"""
