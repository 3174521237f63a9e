-- What live sources of public records were asked, by whom just now, and what came of it. A question
-- is a hash of the words searched for, empty where the whole list was asked for: words stand nowhere.
CREATE TABLE live_reading (
    source_id bigint NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    stream text NOT NULL,
    question bytea NOT NULL,
    claimed_until timestamptz,
    answered_at timestamptz,
    is_whole boolean DEFAULT false NOT NULL,
    fault_code text,
    failed_at timestamptz,
    retry_at timestamptz,
    PRIMARY KEY (source_id, stream, question)
);

-- When a search brought a record last; NULL for what only ever came with a whole list.
ALTER TABLE record ADD COLUMN seen_at timestamptz;
