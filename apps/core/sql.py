"""The two functions that every policy calls."""

MEMBER_FUNCTION = """
CREATE FUNCTION alliance_member() RETURNS uuid LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE stamped text := current_setting('app.member', true);
BEGIN
  -- An empty result would hide a forgotten scope; an error shows it.
  IF stamped IS NULL OR stamped = '' THEN
    RAISE insufficient_privilege USING MESSAGE = 'no member is bound to this transaction';
  END IF;
  RETURN stamped::uuid;
END $$
"""

NOW_FUNCTION = """
CREATE FUNCTION alliance_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT clock_timestamp() + moved_by FROM core_clock
$$
"""
