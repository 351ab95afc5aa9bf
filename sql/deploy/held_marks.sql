-- What the peer sees of a member's read mark that moved while a block stood between the two; NULL: the mark itself.
ALTER TABLE chat_rooms
    ADD COLUMN IF NOT EXISTS user1_held_seq BIGINT UNSIGNED NULL,
    ADD COLUMN IF NOT EXISTS user2_held_seq BIGINT UNSIGNED NULL,
    ALGORITHM = INSTANT;
