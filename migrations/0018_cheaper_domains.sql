-- The same texts as before. Counting in a regular expression ({26}, {64}) costs ten times as much as counting beside it, and
-- every row of the audit trail has two digests.
ALTER DOMAIN identifier DROP CONSTRAINT identifier_check;
ALTER DOMAIN identifier ADD CHECK (length(VALUE) = 26 AND VALUE ~ '^[0-9a-hjkmnp-tv-z]*$');
ALTER DOMAIN digest DROP CONSTRAINT digest_check;
ALTER DOMAIN digest ADD CHECK (length(VALUE) = 64 AND VALUE ~ '^[0-9a-f]*$');
