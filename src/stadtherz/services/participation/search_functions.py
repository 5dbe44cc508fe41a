# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two SQL functions that make German ideas findable; the first migration creates them.

``participation_words`` brings the feminine and the gender-neutral form of a noun back to the stem that the German
Snowball stemmer knows ("Bürgerinnen", "Bürger*innen", "Bürger:in" become "Bürger"); the stemmer alone would keep them
apart. It is applied to ideas and to questions alike. Only word endings after four letters (or after "er") are touched,
so that "beginnen" and "Berlin" stay what they are.

The names are qualified because a restore runs with an empty search path.
"""

CREATE = r"""
CREATE OR REPLACE FUNCTION public.participation_words(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT pg_catalog.regexp_replace(
        pg_catalog.regexp_replace(words, '([[:alpha:]]{3,})[*:_/·]-?inn?(en)?\M', '\1', 'gi'),
        '([[:alpha:]]{4,}|[[:alpha:]]{2,}er)innen\M|([[:alpha:]]{2,}er)in\M', '\1\2', 'gi')
$$;
CREATE OR REPLACE FUNCTION public.participation_search(title text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT pg_catalog.setweight(pg_catalog.to_tsvector('pg_catalog.german'::pg_catalog.regconfig,
               public.participation_words(coalesce(title, ''))), 'A')
        || pg_catalog.setweight(pg_catalog.to_tsvector('pg_catalog.german'::pg_catalog.regconfig,
               public.participation_words(coalesce(body, ''))), 'B')
$$;
"""

DROP = """
DROP FUNCTION IF EXISTS public.participation_search(text, text);
DROP FUNCTION IF EXISTS public.participation_words(text);
"""
