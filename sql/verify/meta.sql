SELECT name, value FROM meta WHERE FALSE;
