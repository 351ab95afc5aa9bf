-- The display names that the two see of each other while the block stands; NULL: the names of today.
ALTER TABLE blocks
    ADD COLUMN IF NOT EXISTS blocker_name VARCHAR(64) NULL,
    ADD COLUMN IF NOT EXISTS blocked_name VARCHAR(64) NULL,
    ALGORITHM = INSTANT;
