SELECT id, user_id, refresh_generation, created_at, expires_at, revoked_at FROM sessions WHERE FALSE;
