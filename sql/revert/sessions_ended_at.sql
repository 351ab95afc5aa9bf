ALTER TABLE users DROP COLUMN IF EXISTS sessions_ended_at;
