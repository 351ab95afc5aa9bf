ALTER TABLE sessions DROP INDEX IF EXISTS expires_at;
