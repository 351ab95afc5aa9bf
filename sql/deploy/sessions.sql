-- Logins. A host's session has no row until it is revoked.
CREATE TABLE IF NOT EXISTS sessions (
    id                 VARCHAR(64) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    user_id            BIGINT UNSIGNED NOT NULL,
    refresh_generation BIGINT UNSIGNED NOT NULL,
    created_at         DATETIME(6) NOT NULL,
    expires_at         DATETIME(6) NOT NULL,
    revoked_at         DATETIME(6) NULL,
    PRIMARY KEY (id),
    KEY user_id (user_id),
    CONSTRAINT session_of_user FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
