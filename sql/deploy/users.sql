-- Accounts, Billet's own and those mirrored from a host application.
-- NO PAD collations: 'bo' and 'bo ' are two names, not one.
CREATE TABLE IF NOT EXISTS users (
    id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    username      VARCHAR(32)  CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    display_name  VARCHAR(64)  CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    role          ENUM('user', 'admin') CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'user',
    password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_nopad_bin NULL,
    issuer        VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NULL,
    external_id   VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NULL,
    disabled_at   DATETIME(6)  NULL,
    created_at    DATETIME(6)  NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY username (username),
    UNIQUE KEY external_account (issuer, external_id),
    CONSTRAINT host_account CHECK ((issuer IS NULL) = (external_id IS NULL))
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
