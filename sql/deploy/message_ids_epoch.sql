-- All ids of messages have changed: clients that kept some read everything again.
UPDATE meta SET value = LOWER(HEX(RANDOM_BYTES(8))) WHERE name = 'epoch';
