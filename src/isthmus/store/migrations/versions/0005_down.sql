ALTER TABLE record DROP COLUMN seen_at;
DROP TABLE live_reading;
