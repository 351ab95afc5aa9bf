DELETE FROM meta WHERE name = 'epoch';
