-- Sources stay, and know their connectors by name only.
DROP TRIGGER source_connector ON source;
DROP FUNCTION isthmus_connector_of_source();
DROP INDEX source_connector;
ALTER TABLE source DROP COLUMN owner_id;
ALTER TABLE source DROP COLUMN connector_id;
DROP TABLE connector_version;
DROP TABLE connector;
