SELECT expires_at FROM sessions FORCE INDEX (expires_at) WHERE FALSE;
