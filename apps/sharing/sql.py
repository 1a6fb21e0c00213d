"""The one function that searches: it joins the stamped member's access rows itself."""

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
