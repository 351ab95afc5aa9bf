UPDATE meta SET value = LOWER(HEX(RANDOM_BYTES(8))) WHERE name = 'epoch';
