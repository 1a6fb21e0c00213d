"""The custody chain's constraints that Django cannot express (handover.md, I1 and I2)."""

CHAIN = """
ALTER TABLE investigations_custody ADD CONSTRAINT investigations_custody_contiguous
  FOREIGN KEY (investigation_id, previous, started_at)
  REFERENCES investigations_custody (investigation_id, seq, ended_at)
  DEFERRABLE INITIALLY DEFERRED;

-- Checked at commit, whoever is stamped by then: it runs as the owner of the tables.
CREATE FUNCTION alliance_demand_holder() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  watched uuid := CASE WHEN TG_TABLE_NAME = 'investigations_custody'
    THEN COALESCE((to_jsonb(NEW) ->> 'investigation_id'), (to_jsonb(OLD) ->> 'investigation_id'))
    ELSE (to_jsonb(NEW) ->> 'id') END;
  is_open boolean;
  holders integer;
BEGIN
  SELECT closed_at IS NULL INTO is_open FROM investigations_investigation WHERE id = watched;
  IF is_open IS NULL THEN RETURN NULL; END IF;
  SELECT count(*) INTO holders FROM investigations_custody c
    JOIN investigations_investigation i ON i.id = c.investigation_id
   WHERE c.investigation_id = watched AND c.ended_at IS NULL
     AND c.desk_id = i.accountable_desk_id;
  IF is_open AND holders <> 1 THEN
    RAISE integrity_constraint_violation
      USING MESSAGE = 'an open investigation needs exactly one accountable desk';
  END IF;
  IF NOT is_open AND holders <> 0 THEN
    RAISE integrity_constraint_violation
      USING MESSAGE = 'a closed investigation has no accountable desk';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER investigations_holder_of_custody
  AFTER INSERT OR UPDATE OR DELETE ON investigations_custody
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION alliance_demand_holder();
CREATE CONSTRAINT TRIGGER investigations_holder_of_investigation
  AFTER INSERT OR UPDATE ON investigations_investigation
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION alliance_demand_holder();
"""

UNCHAIN = """
DROP TRIGGER investigations_holder_of_investigation ON investigations_investigation;
DROP TRIGGER investigations_holder_of_custody ON investigations_custody;
DROP FUNCTION alliance_demand_holder();
ALTER TABLE investigations_custody DROP CONSTRAINT investigations_custody_contiguous;
"""

# What an installation has that was made before: each held case has its hold.
CARRY_OVER_HOLDS = """
INSERT INTO investigations_hold (id, member_id, investigation_id, desk_id, desk_member_id,
    started_at, ended_at, step)
  SELECT gen_random_uuid(), member_id, id, accountable_desk_id, accountable_member_id,
    held_at, NULL, NULL
  FROM investigations_investigation WHERE held_at IS NOT NULL;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
