"""What Django cannot express of a handover's promises (handover.md, I6 and I9)."""

# A foreign key of two columns: an offer names a briefing, and one of its own.
OWN_BRIEFING = """
ALTER TABLE handovers_handover ADD CONSTRAINT handovers_own_briefing
  FOREIGN KEY (id, briefing_id) REFERENCES handovers_briefing (handover_id, id);
"""

NO_OWN_BRIEFING = "ALTER TABLE handovers_handover DROP CONSTRAINT handovers_own_briefing;"

# Checked at commit, whoever is stamped by then: it runs as the owner of the tables.
NOTHING_PENDS = """
CREATE FUNCTION alliance_nothing_pends() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  watched uuid := CASE WHEN TG_TABLE_NAME = 'handovers_handover'
    THEN to_jsonb(NEW) ->> 'investigation_id' ELSE to_jsonb(NEW) ->> 'id' END;
BEGIN
  IF EXISTS (
    SELECT 1 FROM investigations_investigation i JOIN handovers_handover h
      ON h.investigation_id = i.id AND h.state IN ('planned', 'drafted', 'offered')
     WHERE i.id = watched AND i.closed_at IS NOT NULL)
  THEN
    RAISE integrity_constraint_violation
      USING MESSAGE = 'a closed investigation has no pending handover';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER handovers_none_pends_on_closed
  AFTER INSERT OR UPDATE OF state ON handovers_handover
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.state IN ('planned', 'drafted', 'offered'))
  EXECUTE FUNCTION alliance_nothing_pends();
CREATE CONSTRAINT TRIGGER investigations_closed_has_none_pending
  AFTER UPDATE OF closed_at ON investigations_investigation
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.closed_at IS NOT NULL)
  EXECUTE FUNCTION alliance_nothing_pends();
"""

MAY_PEND = """
DROP TRIGGER investigations_closed_has_none_pending ON investigations_investigation;
DROP TRIGGER handovers_none_pends_on_closed ON handovers_handover;
DROP FUNCTION alliance_nothing_pends();
"""

# Allies do not read who sits at a desk; that nobody does is told by this function alone.
STAFFED = """
CREATE FUNCTION alliance_staffed(desks uuid[]) RETURNS SETOF uuid LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT p.desk_id FROM duty_deskperson p
    JOIN members_membership m ON m.member_id = p.member_id AND m.user_id = p.user_id
   WHERE p.desk_id = ANY (desks) AND m.ended_at IS NULL
$$;
"""

NOT_STAFFED = "DROP FUNCTION alliance_staffed(uuid[]);"

# What an installation has that was made before: offers name their briefing and whom they ask.
CARRY_OVER = """
UPDATE handovers_handover h SET briefing_id = (
  SELECT b.id FROM handovers_briefing b WHERE b.handover_id = h.id ORDER BY b.version DESC LIMIT 1);
UPDATE handovers_handover SET overlap_until = coalesce(undo_until, decided_at)
 WHERE state IN ('accepted', 'completed', 'bounced');
"""

CARRY_OVER_ASKED = """
INSERT INTO handovers_asked (id, member_id, handover_id, desk_id, desk_member_id, position, state,
    grant_id, asked_at, answered_at, answered_by, reason_code, reason)
  SELECT gen_random_uuid(), member_id, id, to_desk_id, to_member_id, 0,
    CASE state WHEN 'offered' THEN 'waiting' WHEN 'declined' THEN 'declined'
      WHEN 'expired' THEN 'expired' WHEN 'cancelled' THEN 'withdrawn' ELSE 'accepted' END,
    grant_id, offered_at, decided_at, decided_by,
    CASE state WHEN 'declined' THEN reason_code ELSE '' END,
    CASE state WHEN 'declined' THEN reason ELSE '' END
  FROM handovers_handover WHERE to_desk_id IS NOT NULL AND offered_at IS NOT NULL;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
