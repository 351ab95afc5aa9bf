-- The random name of this incarnation of the database; `billetctl epoch new` replaces it after a restored backup.
INSERT IGNORE INTO meta (name, value) VALUES ('epoch', LOWER(HEX(RANDOM_BYTES(8))));
