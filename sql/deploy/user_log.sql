-- One narrow row a user: it is updated at every event, and its lock numbers the events.
CREATE TABLE IF NOT EXISTS user_log (
    user_id      BIGINT UNSIGNED NOT NULL,
    head_cursor  BIGINT UNSIGNED NOT NULL DEFAULT 0,
    floor_cursor BIGINT UNSIGNED NOT NULL DEFAULT 0,
    total_unread BIGINT UNSIGNED NOT NULL DEFAULT 0,
    rooms_unread BIGINT UNSIGNED NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id),
    CONSTRAINT log_of_user FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT floor_below_head CHECK (floor_cursor <= head_cursor)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
