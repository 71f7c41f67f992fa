-- Whether the provider has made sure that the address is this person's. Nobody is found by one that it has not.
ALTER TABLE users ADD COLUMN email_verified boolean NOT NULL DEFAULT false;
