-- Whoever calls a function of the queue need not know where its tables are.
DO $$
DECLARE one regprocedure;
BEGIN
    FOR one IN SELECT oid FROM pg_proc WHERE pronamespace = 'procrastinate'::regnamespace LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path TO procrastinate', one);
    END LOOP;
END $$;
RESET search_path;

-- When a source was last begun, and when it is tried again after readings that failed in a row.
ALTER TABLE source
    ADD COLUMN began_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN retry_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN failures INTEGER DEFAULT 0 NOT NULL;
UPDATE source s SET began_at = (SELECT max(started_at) FROM sync_run r WHERE r.source_id = s.id);

-- What all processes share of the calls to one source: its turns, its circuit, its last calls.
CREATE TABLE source_traffic (
    source_id BIGINT NOT NULL,
    calls INTEGER DEFAULT 0 NOT NULL,
    per_seconds DOUBLE PRECISION,
    turns TIMESTAMP WITH TIME ZONE[] DEFAULT '{}' NOT NULL,
    faults INTEGER DEFAULT 0 NOT NULL,
    circuit TEXT DEFAULT 'CLOSED' NOT NULL,
    peace_seconds DOUBLE PRECISION,
    open_until TIMESTAMP WITH TIME ZONE,
    limited_until TIMESTAMP WITH TIME ZONE,
    recent REAL[] DEFAULT '{}' NOT NULL,
    PRIMARY KEY (source_id),
    FOREIGN KEY(source_id) REFERENCES source (id) ON DELETE CASCADE
) WITH (fillfactor = 50);

-- Gives a turn at a source, or says why there is none now. One statement a call, since whoever
-- asks also tells here of its calls before.
--
-- A source of n calls in s seconds has n turns. A turn that is taken is free again s seconds after
-- the source was seen to have the call, and no sooner: so whatever the network does to two calls,
-- no more than n can arrive within s seconds. `turns` holds when each is free. One that is
-- under way stands far ahead (by `lease`), which is also when that of a killed process is free.
--
--   ticket   what the turn is known by; NULL where there is none
--   wait     seconds until it may be used, or until it is worth asking again
--   verdict  GO, PROBE (the circuit is open, and this one call tries it), OPEN (left in peace),
--            LIMITED (the source asked not to be called), FULL (every turn is under way),
--            LATE (the next turn is beyond the caller's patience), TOLD (below zero, the patience
--            of who only tells)
CREATE FUNCTION isthmus_take_turn(
    source BIGINT, stated INTEGER, seconds DOUBLE PRECISION, lease DOUBLE PRECISION,
    patience DOUBLE PRECISION, tickets TIMESTAMPTZ[], ages DOUBLE PRECISION[], spent REAL[],
    OUT ticket TIMESTAMPTZ, OUT wait DOUBLE PRECISION, OUT verdict TEXT, OUT faults INTEGER
) LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
    t source_traffic;
    moment TIMESTAMPTZ;
    span INTERVAL := make_interval(secs => seconds);
    held INTERVAL := make_interval(secs => seconds + lease);
    place INTEGER;
    free TIMESTAMPTZ;
    is_known BOOLEAN;
BEGIN
    SELECT * INTO t FROM source_traffic x WHERE x.source_id = source;
    is_known := FOUND;
    wait := 0;
    verdict := 'GO';
    faults := coalesce(t.faults, 0);
    moment := clock_timestamp();
    -- where nothing is limited, nothing is amiss and nothing is told, nothing is written
    IF stated = 0 AND cardinality(spent) = 0 AND (NOT is_known OR
        (t.circuit = 'CLOSED' AND t.calls = 0 AND coalesce(t.limited_until <= moment, true))) THEN
        RETURN;
    END IF;
    IF NOT is_known THEN
        INSERT INTO source_traffic (source_id) VALUES (source) ON CONFLICT DO NOTHING;
    END IF;
    SELECT * INTO STRICT t FROM source_traffic x WHERE x.source_id = source FOR UPDATE;
    moment := clock_timestamp();
    faults := t.faults;

    IF t.calls <> stated OR t.per_seconds IS DISTINCT FROM seconds THEN
        -- another limit than before: turns stay as they are, and new ones come a whole span later
        t.turns := ARRAY(SELECT u FROM unnest(t.turns) u ORDER BY u DESC LIMIT stated);
        t.turns := t.turns || array_fill(
            CASE WHEN t.calls = 0 THEN moment ELSE moment + span END,
            ARRAY[stated - cardinality(t.turns)]);
        t.calls := stated;
        t.per_seconds := seconds;
    END IF;
    FOR i IN 1 .. cardinality(tickets) LOOP
        place := array_position(t.turns, tickets[i]);
        IF place IS NOT NULL THEN
            t.turns[place] := moment - make_interval(secs => ages[i]) + span;
        END IF;
    END LOOP;
    t.recent := t.recent || spent;
    t.recent := t.recent[greatest(1, cardinality(t.recent) - 199):];

    IF patience < 0 THEN
        verdict := 'TOLD';
    ELSIF t.limited_until > moment THEN
        verdict := 'LIMITED';
        wait := extract(epoch FROM t.limited_until - moment);
    ELSIF t.circuit <> 'CLOSED' AND t.open_until > moment THEN
        verdict := 'OPEN';
        wait := extract(epoch FROM t.open_until - moment);
    ELSE
        IF stated > 0 THEN
            SELECT min(u) INTO free FROM unnest(t.turns) u;
            wait := greatest(0, extract(epoch FROM free - moment));
            IF free > moment + span THEN
                verdict := 'FULL';
                wait := seconds;
            ELSIF wait > patience THEN
                verdict := 'LATE';
            ELSE
                ticket := greatest(free, moment) + held;
                t.turns[array_position(t.turns, free)] := ticket;
            END IF;
        END IF;
        IF verdict = 'GO' AND t.circuit <> 'CLOSED' THEN
            verdict := 'PROBE';
            t.circuit := 'HALF_OPEN';
            t.open_until := moment + make_interval(secs => wait + lease);
        END IF;
    END IF;
    UPDATE source_traffic x SET calls = t.calls, per_seconds = t.per_seconds, turns = t.turns,
        recent = t.recent, circuit = t.circuit, open_until = t.open_until
        WHERE x.source_id = source;
END $$;

-- Learns from how a call ended; gives the circuit's state where that changed it.
--
--   GOOD     the source answered: closed
--   FAULT    it did not: after `bearable` faults in a row it is left in peace for `shortest`
--            seconds, and for twice as long each time after, up to `longest`
--   LIMITED  it asked not to be called for `seconds`
--   NOTHING  the call says nothing of the source: another may try
CREATE FUNCTION isthmus_note_call(
    source BIGINT, ending TEXT, seconds DOUBLE PRECISION, bearable INTEGER,
    shortest DOUBLE PRECISION, longest DOUBLE PRECISION
) RETURNS TEXT LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
    t source_traffic;
    before TEXT;
    moment TIMESTAMPTZ;
BEGIN
    INSERT INTO source_traffic (source_id) VALUES (source) ON CONFLICT DO NOTHING;
    SELECT * INTO STRICT t FROM source_traffic x WHERE x.source_id = source FOR UPDATE;
    moment := clock_timestamp();
    before := t.circuit;
    IF ending = 'GOOD' THEN
        t.circuit := 'CLOSED';
        t.faults := 0;
        t.open_until := NULL;
        t.peace_seconds := NULL;
    ELSIF ending = 'LIMITED' THEN
        t.limited_until := greatest(t.limited_until,
            moment + make_interval(secs => least(seconds, longest)));
    ELSIF ending = 'FAULT' THEN
        t.faults := t.faults + 1;
    END IF;
    IF ending = 'FAULT' AND t.faults >= bearable AND NOT (before = 'OPEN' AND t.open_until > moment)
    THEN
        t.peace_seconds := least(coalesce(t.peace_seconds * 2, shortest), longest);
        t.circuit := 'OPEN';
        t.open_until := moment + make_interval(secs => t.peace_seconds);
    ELSIF ending IN ('NOTHING', 'LIMITED') AND before = 'HALF_OPEN' THEN
        t.open_until := moment;
    END IF;
    UPDATE source_traffic x SET circuit = t.circuit, faults = t.faults, open_until = t.open_until,
        peace_seconds = t.peace_seconds, limited_until = t.limited_until
        WHERE x.source_id = source;
    RETURN nullif(t.circuit, before);
END $$;
