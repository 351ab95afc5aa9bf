-- Messages, clustered by room and number: a page of history is one contiguous read. No foreign key: the table is hot,
-- and rooms are never deleted.
CREATE TABLE IF NOT EXISTS chat_messages (
    room_id       BIGINT UNSIGNED NOT NULL,
    seq           BIGINT UNSIGNED NOT NULL,
    id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    sender_id     BIGINT UNSIGNED NOT NULL,
    client_msg_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    key_id        SMALLINT UNSIGNED NOT NULL,
    content       VARBINARY(64100) NOT NULL,
    created_at    DATETIME(6) NOT NULL,
    PRIMARY KEY (room_id, seq),
    UNIQUE KEY id (id),
    UNIQUE KEY sent_once (room_id, sender_id, client_msg_id)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
