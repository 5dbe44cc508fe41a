# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The seal: number and hash at the commit, and no change to what is written. See kernel/audit/models.py and chain.py."""

from django.db import migrations

SEAL = r"""
CREATE FUNCTION audit_seal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    before text := COALESCE(current_setting('stadtherz.municipality', true), '');
    last_number bigint;
    last_hash text;
BEGIN
    -- Runs at the commit, when another municipality (or none) may be active.
    PERFORM set_config('stadtherz.municipality', NEW.municipality_id::text, true);
    -- The row lock puts the commits of a municipality in a row; nothing is waited for after it.
    SELECT count, hash INTO last_number, last_hash FROM audit_audithead
        WHERE municipality_id = NEW.municipality_id FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO audit_audithead (municipality_id, count, hash) VALUES (NEW.municipality_id, 0, repeat('0', 64))
            ON CONFLICT (municipality_id) DO NOTHING;
        SELECT count, hash INTO last_number, last_hash FROM audit_audithead
            WHERE municipality_id = NEW.municipality_id FOR UPDATE;
    END IF;
    UPDATE audit_auditentry SET number = last_number + 1, previous_hash = last_hash,
        hash = encode(sha256(convert_to(last_hash || '|' || (last_number + 1) || '|' || NEW.content_hash, 'UTF8')), 'hex')
        WHERE id = NEW.id;
    UPDATE audit_audithead SET count = last_number + 1, hash = (SELECT hash FROM audit_auditentry WHERE id = NEW.id)
        WHERE municipality_id = NEW.municipality_id;
    PERFORM set_config('stadtherz.municipality', before, true);
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION audit_seal() FROM PUBLIC;

CREATE FUNCTION audit_unsealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.number := NULL; NEW.previous_hash := NULL; NEW.hash := NULL;
    RETURN NEW;
END $$;

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.number IS NULL AND NEW.number IS NOT NULL
            AND to_jsonb(NEW) - '{number,previous_hash,hash}'::text[] = to_jsonb(OLD) - '{number,previous_hash,hash}'::text[]
        THEN
            RETURN NEW;  -- the seal
        END IF;
    END IF;
    RAISE EXCEPTION 'The record of decisions can only be added to.' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER audit_unsealed BEFORE INSERT ON audit_auditentry FOR EACH ROW EXECUTE FUNCTION audit_unsealed();
CREATE CONSTRAINT TRIGGER audit_seal AFTER INSERT ON audit_auditentry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION audit_seal();
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_auditentry EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_audithead FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON audit_audithead EXECUTE FUNCTION audit_refuse();
"""

UNSEAL = """
DROP TRIGGER audit_head_no_truncate ON audit_audithead;
DROP TRIGGER audit_head_stays ON audit_audithead;
DROP TRIGGER audit_no_truncate ON audit_auditentry;
DROP TRIGGER audit_append_only ON audit_auditentry;
DROP TRIGGER audit_seal ON audit_auditentry;
DROP TRIGGER audit_unsealed ON audit_auditentry;
DROP FUNCTION audit_refuse();
DROP FUNCTION audit_unsealed();
DROP FUNCTION audit_seal();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(SEAL, UNSEAL)]
