SELECT sessions_ended_at FROM users WHERE FALSE;
