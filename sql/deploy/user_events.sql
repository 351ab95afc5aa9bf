-- The event logs. A row never changes; the oldest of a user are pruned. No foreign key: the table is hot.
CREATE TABLE IF NOT EXISTS user_events (
    user_id      BIGINT UNSIGNED NOT NULL,
    `cursor`     BIGINT UNSIGNED NOT NULL,
    type         TINYINT UNSIGNED NOT NULL,
    room_id      BIGINT UNSIGNED NOT NULL DEFAULT 0,
    seq          BIGINT UNSIGNED NOT NULL DEFAULT 0,
    actor_id     BIGINT UNSIGNED NOT NULL DEFAULT 0,
    flag         TINYINT UNSIGNED NOT NULL DEFAULT 0,
    unread_count BIGINT UNSIGNED NOT NULL DEFAULT 0,
    total_unread BIGINT UNSIGNED NOT NULL DEFAULT 0,
    payload      VARBINARY(512) NOT NULL DEFAULT '',
    created_at   DATETIME(6) NOT NULL,
    PRIMARY KEY (user_id, `cursor`)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
