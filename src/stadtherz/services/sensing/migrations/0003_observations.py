"""Observations in partitions of a month, their latest values, roll-ups and packed days.

Written as SQL: partitions, the order of columns (no gaps in a row), covering keys. ``sensing_make_months`` lets the web
role, which owns nothing, have partitions made; ``sensing_drop_months`` lets it remove empty ones. Times before 2000 and
after 2039 lie in two partitions of their own, so that no wrong clock makes hundreds of partitions.
"""

import django.db.models.deletion
from django.db import migrations, models

import stadtherz.kernel.municipalities.active

OBSERVATIONS = """
CREATE TABLE sensing_observation (
    phenomenon_time timestamptz NOT NULL,
    number          double precision,
    datastream_id   integer  NOT NULL,
    municipality_id integer  NOT NULL,
    sequence        smallint NOT NULL DEFAULT 0,
    feature_id      bigint,
    value           jsonb,
    details         jsonb,
    CONSTRAINT sensing_observation_pkey PRIMARY KEY (datastream_id, phenomenon_time, sequence)
) PARTITION BY RANGE (phenomenon_time);

CREATE FUNCTION sensing_make_partition(name text, since timestamptz, until timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    -- Made beside and attached: writers of other months go on meanwhile.
    EXECUTE format('CREATE TABLE %I (LIKE sensing_observation INCLUDING DEFAULTS INCLUDING INDEXES)', name);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
        'CREATE POLICY town ON %I USING (municipality_id = NULLIF(current_setting(''stadtherz.municipality'', true), '''')::bigint)'
        ' WITH CHECK (municipality_id = NULLIF(current_setting(''stadtherz.municipality'', true), '''')::bigint)', name);
    EXECUTE format(
        'ALTER TABLE sensing_observation ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', name,
        coalesce(quote_literal(since), 'MINVALUE'), coalesce(quote_literal(until), 'MAXVALUE'));
END $$;
REVOKE ALL ON FUNCTION sensing_make_partition(text, timestamptz, timestamptz) FROM PUBLIC;

SELECT sensing_make_partition('sensing_observation_earlier', NULL, '2000-01-01 00:00+00');
SELECT sensing_make_partition('sensing_observation_later', '2040-01-01 00:00+00', NULL);

CREATE FUNCTION sensing_make_months(moments timestamptz[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    month timestamptz;
    made integer := 0;
    name text;
BEGIN
    -- Until the caller's commit no old month is dropped; young ones never are.
    IF EXISTS (SELECT FROM unnest(moments) AS moment WHERE moment < now() - interval '40 days') THEN
        PERFORM pg_advisory_xact_lock_shared(4091, 0);
    END IF;
    FOR month IN SELECT DISTINCT date_trunc('month', moment) FROM unnest(moments) AS moment
                 WHERE moment >= '2000-01-01 00:00+00' AND moment < '2040-01-01 00:00+00' ORDER BY 1
    LOOP
        name := 'sensing_observation_' || to_char(month, '"y"YYYY"m"MM');
        IF to_regclass(name) IS NULL THEN
            PERFORM pg_advisory_xact_lock(hashtext('sensing_months'));
            -- asked as a query: to_regclass may still remember that there was none before the wait
            IF NOT EXISTS (SELECT FROM pg_class WHERE relname = name AND relnamespace = 'public'::regnamespace) THEN
                PERFORM sensing_make_partition(name, month, month + interval '1 month');
                made := made + 1;
            END IF;
        END IF;
    END LOOP;
    RETURN made;
END $$;

CREATE FUNCTION sensing_drop_months(before timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET lock_timeout = '2s' AS $$
DECLARE
    name text;
    used boolean;
    dropped integer := 0;
BEGIN
    IF before > now() - interval '45 days' THEN
        RAISE EXCEPTION 'months that are written to are not dropped';
    END IF;
    PERFORM pg_advisory_xact_lock(4091, 0);
    FOR name IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = 'sensing_observation'::regclass AND c.relname ~ '_y[0-9]{4}m[0-9]{2}$'
                  AND to_date(right(c.relname, 7), 'YYYY"m"MM') + interval '1 month' <= before ORDER BY 1
    LOOP
        EXECUTE format('LOCK TABLE ONLY sensing_observation, %I IN ACCESS EXCLUSIVE MODE', name);
        -- Forced row-level security hides rows from the owner too; an unseen row must not count as none.
        EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO used;
        IF used THEN
            EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        ELSE
            EXECUTE format('DROP TABLE %I', name);
            dropped := dropped + 1;
        END IF;
    END LOOP;
    RETURN dropped;
END $$;
"""

OBSERVATIONS_AWAY = """
DROP FUNCTION sensing_drop_months(timestamptz);
DROP FUNCTION sensing_make_months(timestamptz[]);
DROP FUNCTION sensing_make_partition(text, timestamptz, timestamptz);
DROP TABLE sensing_observation;
"""

BESIDE = """
CREATE TABLE sensing_latest (
    phenomenon_time timestamptz NOT NULL,
    number          double precision,
    datastream_id   integer  NOT NULL PRIMARY KEY REFERENCES sensing_datastream DEFERRABLE INITIALLY DEFERRED,
    municipality_id integer  NOT NULL,
    sequence        smallint NOT NULL DEFAULT 0,
    feature_id      bigint,
    value           jsonb,
    details         jsonb
) WITH (fillfactor = 50);

CREATE TABLE sensing_hour (
    hour            timestamptz NOT NULL,
    sum             double precision NOT NULL,
    min             double precision NOT NULL,
    max             double precision NOT NULL,
    datastream_id   integer NOT NULL REFERENCES sensing_datastream DEFERRABLE INITIALLY DEFERRED,
    municipality_id integer NOT NULL,
    count           integer NOT NULL,
    filled          integer NOT NULL DEFAULT 0,
    left_out        integer NOT NULL DEFAULT 0,
    PRIMARY KEY (datastream_id, hour) INCLUDE (sum, min, max, count, filled, left_out, municipality_id)
);

CREATE TABLE sensing_changed_hour (
    hour            timestamptz NOT NULL,
    datastream_id   integer NOT NULL REFERENCES sensing_datastream DEFERRABLE INITIALLY DEFERRED,
    municipality_id integer NOT NULL,
    PRIMARY KEY (datastream_id, hour)
);

CREATE TABLE sensing_packed_day (
    datastream_id   integer NOT NULL REFERENCES sensing_datastream DEFERRABLE INITIALLY DEFERRED,
    day             date    NOT NULL,
    municipality_id integer NOT NULL,
    n               integer NOT NULL,
    min             double precision,
    max             double precision,
    sum             double precision,
    payload         bytea   NOT NULL,
    PRIMARY KEY (datastream_id, day)
);
ALTER TABLE sensing_packed_day ALTER COLUMN payload SET STORAGE EXTERNAL;

CREATE FUNCTION sensing_hold_writers() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    -- Writers hold this lock shared from the look at the datastream to their commit (store/locks.py).
    PERFORM pg_advisory_xact_lock(4090, NULLIF(current_setting('stadtherz.municipality', true), '')::int);
    RETURN NULL;
END $$;
CREATE FUNCTION sensing_forget_observations() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM sensing_observation WHERE datastream_id = OLD.id;
    RETURN NULL;
END $$;
CREATE TRIGGER sensing_hold_writers BEFORE DELETE ON sensing_datastream
    FOR EACH STATEMENT EXECUTE FUNCTION sensing_hold_writers();
CREATE TRIGGER sensing_forget_observations AFTER DELETE ON sensing_datastream
    FOR EACH ROW EXECUTE FUNCTION sensing_forget_observations();
"""

BESIDE_AWAY = """
DROP TRIGGER sensing_forget_observations ON sensing_datastream;
DROP TRIGGER sensing_hold_writers ON sensing_datastream;
DROP FUNCTION sensing_forget_observations();
DROP FUNCTION sensing_hold_writers();
DROP TABLE sensing_packed_day;
DROP TABLE sensing_changed_hour;
DROP TABLE sensing_hour;
DROP TABLE sensing_latest;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('municipalities', '0001_initial'),
        ('sensing', '0002_features_of_datastreams'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(OBSERVATIONS, OBSERVATIONS_AWAY)],
            state_operations=[
                migrations.CreateModel(
                    name='Observation',
                    fields=[
                        ('pk', models.CompositePrimaryKey('datastream_id', 'phenomenon_time', 'sequence', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('phenomenon_time', models.DateTimeField(verbose_name='time')),
                        ('number', models.FloatField(null=True, verbose_name='number')),
                        ('sequence', models.SmallIntegerField(default=0, verbose_name='sequence')),
                        ('feature_id', models.BigIntegerField(null=True, verbose_name="feature of interest, if not the datastream's own")),
                        ('value', models.JSONField(null=True, verbose_name='result that is no number')),
                        ('details', models.JSONField(null=True, verbose_name='details')),
                        ('datastream', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='sensing.datastream')),
                        ('municipality', models.ForeignKey(default=stadtherz.kernel.municipalities.active.active_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
                    ],
                    options={
                        'verbose_name': 'observation',
                        'verbose_name_plural': 'observations',
                    },
                ),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(BESIDE, BESIDE_AWAY)],
            state_operations=[
                migrations.CreateModel(
                    name='Latest',
                    fields=[
                        ('datastream', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='latest', serialize=False, to='sensing.datastream')),
                        ('phenomenon_time', models.DateTimeField(verbose_name='time')),
                        ('number', models.FloatField(null=True, verbose_name='number')),
                        ('sequence', models.SmallIntegerField(default=0, verbose_name='sequence')),
                        ('feature_id', models.BigIntegerField(null=True)),
                        ('value', models.JSONField(null=True, verbose_name='result that is no number')),
                        ('details', models.JSONField(null=True, verbose_name='details')),
                        ('municipality', models.ForeignKey(default=stadtherz.kernel.municipalities.active.active_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
                    ],
                    options={
                        'verbose_name': 'latest observation',
                        'verbose_name_plural': 'latest observations',
                    },
                ),
                migrations.CreateModel(
                    name='Hour',
                    fields=[
                        ('pk', models.CompositePrimaryKey('datastream_id', 'hour', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('hour', models.DateTimeField(verbose_name='hour')),
                        ('sum', models.FloatField(verbose_name='sum')),
                        ('min', models.FloatField(verbose_name='least')),
                        ('max', models.FloatField(verbose_name='most')),
                        ('count', models.IntegerField(verbose_name='number of values')),
                        ('filled', models.IntegerField(default=0, verbose_name='of these filled in')),
                        ('left_out', models.IntegerField(default=0, verbose_name='left out')),
                        ('datastream', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='sensing.datastream')),
                        ('municipality', models.ForeignKey(default=stadtherz.kernel.municipalities.active.active_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
                    ],
                    options={
                        'verbose_name': 'hour',
                        'verbose_name_plural': 'hours',
                    },
                ),
                migrations.CreateModel(
                    name='ChangedHour',
                    fields=[
                        ('pk', models.CompositePrimaryKey('datastream_id', 'hour', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('hour', models.DateTimeField(verbose_name='hour')),
                        ('datastream', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='sensing.datastream')),
                        ('municipality', models.ForeignKey(default=stadtherz.kernel.municipalities.active.active_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
                    ],
                    options={
                        'db_table': 'sensing_changed_hour',
                        'verbose_name': 'changed hour',
                        'verbose_name_plural': 'changed hours',
                    },
                ),
                migrations.CreateModel(
                    name='PackedDay',
                    fields=[
                        ('pk', models.CompositePrimaryKey('datastream_id', 'day', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('day', models.DateField(verbose_name='day')),
                        ('n', models.IntegerField(verbose_name='number of observations')),
                        ('min', models.FloatField(null=True, verbose_name='least')),
                        ('max', models.FloatField(null=True, verbose_name='most')),
                        ('sum', models.FloatField(null=True, verbose_name='sum')),
                        ('payload', models.BinaryField(verbose_name='observations')),
                        ('datastream', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='sensing.datastream')),
                        ('municipality', models.ForeignKey(default=stadtherz.kernel.municipalities.active.active_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
                    ],
                    options={
                        'db_table': 'sensing_packed_day',
                        'verbose_name': 'packed day',
                        'verbose_name_plural': 'packed days',
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name='KeepingRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pack_after_days', models.PositiveIntegerField(default=30, help_text='Packed days take little room and are read a little slower.', verbose_name='pack after … days')),
                ('keep_days', models.PositiveIntegerField(blank=True, help_text='Empty: for good.', null=True, verbose_name='keep single values … days')),
                ('keep_hours_days', models.PositiveIntegerField(blank=True, help_text='Empty: for good.', null=True, verbose_name='keep hourly figures … days')),
                ('datastream', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='keeping', to='sensing.datastream')),
                ('municipality', models.ForeignKey(default=stadtherz.kernel.municipalities.active.active_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
            ],
            options={
                'verbose_name': 'rule for keeping',
                'verbose_name_plural': 'rules for keeping',
                'constraints': [models.UniqueConstraint(condition=models.Q(('datastream', None)), fields=('municipality',), name='sensing_one_rule_of_the_town')],
            },
        ),
    ]
