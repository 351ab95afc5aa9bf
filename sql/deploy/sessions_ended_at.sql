-- Tokens of a host that were issued up to then are refused; NULL: none are.
ALTER TABLE users ADD COLUMN IF NOT EXISTS sessions_ended_at DATETIME(6) NULL, ALGORITHM = INSTANT;
