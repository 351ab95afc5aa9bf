ALTER TABLE chat_rooms DROP COLUMN IF EXISTS user1_held_seq, DROP COLUMN IF EXISTS user2_held_seq;
