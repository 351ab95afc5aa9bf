-- Who has blocked whom.
CREATE TABLE IF NOT EXISTS blocks (
    blocker_id BIGINT UNSIGNED NOT NULL,
    blocked_id BIGINT UNSIGNED NOT NULL,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (blocker_id, blocked_id),
    KEY blocked_id (blocked_id),
    CONSTRAINT block_by_user FOREIGN KEY (blocker_id) REFERENCES users (id),
    CONSTRAINT block_of_user FOREIGN KEY (blocked_id) REFERENCES users (id),
    CONSTRAINT not_oneself CHECK (blocker_id <> blocked_id)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
