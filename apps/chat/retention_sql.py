"""The one way in which a text leaves a room before its room does: by its member's own rule.

Messages are append-only for the running app. The function belongs to the role of rooms, reads the
rule and the holds itself, and leaves a tombstone: the entry, its number and who wrote it when.
"""

PURGE_FUNCTION = """
CREATE FUNCTION chat_purge(moment timestamptz, most integer)
RETURNS TABLE (messages integer, rooms integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  me CONSTANT uuid := alliance_member();
  keep integer;
BEGIN
  -- Whoever places a hold waits for this, or this sees the hold.
  SELECT r.days INTO keep FROM chat_retention r
  WHERE r.member_id = me AND r.held_at IS NULL FOR SHARE;
  IF keep IS NULL THEN
    RETURN QUERY SELECT 0, 0;
    RETURN;
  END IF;
  RETURN QUERY
  WITH old AS (
    SELECT m.id FROM chat_message m JOIN chat_room room ON room.id = m.room_id
    WHERE m.member_id = me AND m.kind IN ('message', 'edit') AND m.purged_at IS NULL
      AND m.posted_at < least(moment, alliance_now()) - make_interval(days => keep)
      AND NOT EXISTS (SELECT FROM chat_retention h
        WHERE h.member_id = room.member_id AND h.held_at IS NOT NULL)
    ORDER BY m.posted_at LIMIT most
    FOR UPDATE OF m
  ), gone AS (
    UPDATE chat_message m SET body = '', html = '', words = '{}', mentions = '{}', files = '{}',
      params = '{}'::jsonb, purged_at = moment
    FROM old WHERE m.id = old.id RETURNING m.room_id
  )
  SELECT count(*)::integer, count(DISTINCT room_id)::integer FROM gone;
END $$;
GRANT CREATE ON SCHEMA public TO alliance_chat;
ALTER FUNCTION chat_purge(timestamptz, integer) OWNER TO alliance_chat;
REVOKE CREATE ON SCHEMA public FROM alliance_chat;
REVOKE ALL ON FUNCTION chat_purge(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION chat_purge(timestamptz, integer) TO alliance_app;
GRANT SELECT, UPDATE ON chat_retention TO alliance_chat;
GRANT UPDATE (body, html, words, mentions, files, params, purged_at) ON chat_message
  TO alliance_chat;
CREATE POLICY chat_reads ON chat_retention FOR SELECT TO alliance_chat USING (true);
CREATE POLICY chat_locks ON chat_retention FOR UPDATE TO alliance_chat USING (true)
  WITH CHECK (false);
CREATE POLICY chat_purges ON chat_message FOR UPDATE TO alliance_chat USING (true)
  WITH CHECK (purged_at IS NOT NULL);
"""

DROP = """
DROP POLICY chat_purges ON chat_message;
DROP POLICY chat_locks ON chat_retention;
DROP POLICY chat_reads ON chat_retention;
DROP FUNCTION chat_purge(timestamptz, integer);
REVOKE ALL ON chat_retention FROM alliance_chat;
REVOKE UPDATE ON chat_message FROM alliance_chat;
"""

# A translation is the text in other words: it goes in the same statement, whoever asked for it.
TRANSLATIONS_TRIGGER = """
CREATE FUNCTION chat_purge_translations() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM chat_translation t WHERE t.message_id = NEW.id;
  RETURN NULL;
END $$;
GRANT CREATE ON SCHEMA public TO alliance_chat;
ALTER FUNCTION chat_purge_translations() OWNER TO alliance_chat;
REVOKE CREATE ON SCHEMA public FROM alliance_chat;
REVOKE ALL ON FUNCTION chat_purge_translations() FROM PUBLIC;
GRANT SELECT, DELETE ON chat_translation TO alliance_chat;
CREATE POLICY chat_reads ON chat_translation FOR SELECT TO alliance_chat USING (true);
CREATE POLICY chat_purges ON chat_translation FOR DELETE TO alliance_chat USING (true);
CREATE TRIGGER chat_text_purged AFTER UPDATE OF purged_at ON chat_message FOR EACH ROW
  WHEN (NEW.purged_at IS NOT NULL) EXECUTE FUNCTION chat_purge_translations();
"""

DROP_TRANSLATIONS_TRIGGER = """
DROP TRIGGER chat_text_purged ON chat_message;
DROP POLICY chat_purges ON chat_translation;
DROP POLICY chat_reads ON chat_translation;
DROP FUNCTION chat_purge_translations();
REVOKE ALL ON chat_translation FROM alliance_chat;
"""
