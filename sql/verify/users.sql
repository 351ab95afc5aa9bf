SELECT id, username, display_name, role, password_hash, issuer, external_id, disabled_at, created_at FROM users WHERE FALSE;
