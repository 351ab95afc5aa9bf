-- What pruning looks for.
ALTER TABLE sessions ADD INDEX IF NOT EXISTS expires_at (expires_at), ALGORITHM = INPLACE, LOCK = NONE;
