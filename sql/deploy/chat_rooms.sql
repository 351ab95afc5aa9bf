-- A room and the state of both members: one row to lock, one row to write when a message is sent.
CREATE TABLE IF NOT EXISTS chat_rooms (
    id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    user1_id        BIGINT UNSIGNED NOT NULL,
    user2_id        BIGINT UNSIGNED NOT NULL,
    created_at      DATETIME(6) NOT NULL,
    last_seq        BIGINT UNSIGNED NOT NULL DEFAULT 0,
    last_message_at DATETIME(6) NOT NULL,
    user1_read_seq  BIGINT UNSIGNED NOT NULL DEFAULT 0,
    user2_read_seq  BIGINT UNSIGNED NOT NULL DEFAULT 0,
    user1_unread    BIGINT UNSIGNED NOT NULL DEFAULT 0,
    user2_unread    BIGINT UNSIGNED NOT NULL DEFAULT 0,
    PRIMARY KEY (id),
    UNIQUE KEY pair (user1_id, user2_id),
    KEY user1_rooms (user1_id, last_message_at),
    KEY user2_rooms (user2_id, last_message_at),
    CONSTRAINT room_of_user1 FOREIGN KEY (user1_id) REFERENCES users (id),
    CONSTRAINT room_of_user2 FOREIGN KEY (user2_id) REFERENCES users (id),
    CONSTRAINT lower_user_first CHECK (user1_id < user2_id),
    CONSTRAINT read_within_room CHECK (user1_read_seq <= last_seq AND user2_read_seq <= last_seq)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
