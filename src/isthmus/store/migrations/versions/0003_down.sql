DROP FUNCTION isthmus_note_call(BIGINT, TEXT, DOUBLE PRECISION, INTEGER, DOUBLE PRECISION, DOUBLE PRECISION);
DROP FUNCTION isthmus_take_turn(BIGINT, INTEGER, DOUBLE PRECISION, DOUBLE PRECISION, DOUBLE PRECISION, TIMESTAMPTZ[], DOUBLE PRECISION[], REAL[]);
DROP TABLE source_traffic;
ALTER TABLE source DROP COLUMN began_at, DROP COLUMN retry_at, DROP COLUMN failures;
-- what was only asked for was never read
DELETE FROM sync_run WHERE state = 'QUEUED' AND pages = 0;
UPDATE sync_run SET state = 'STOPPED', finished_at = now() WHERE state = 'QUEUED';
DROP SCHEMA procrastinate CASCADE;
