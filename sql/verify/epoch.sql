SELECT checkit(COUNT(*) = 1, 'meta has no epoch') FROM meta WHERE name = 'epoch' AND value <> '';
