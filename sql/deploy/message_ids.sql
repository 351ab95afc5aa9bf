-- A message's id is its place, room and seq in one number: none is given out, kept or looked up any more.
ALTER TABLE chat_messages DROP KEY IF EXISTS id, DROP COLUMN IF EXISTS id;
